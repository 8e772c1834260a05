// All words of the page, Japanese and English side by side.

const table = {
  title: ["万能近似定理", "Universal approximation"],
  scenes: ["場面", "Scenes"],
  unit: ["ユニット", "Unit"],
  rectangle: ["矩形", "Rectangle"],
  curve: ["どんな曲線でも", "Any curve"],
  surface: ["二変数", "Two coordinates"],
  training: ["学習", "Training"],
  depth: ["深さ", "Depth"],
  language: ["English", "日本語"],
  languageName: ["表示を英語に切り替える", "Show the page in Japanese"],
  dark: ["暗い画面", "Dark"],
  light: ["明るい画面", "Light"],
  controls: ["設定", "Controls"],
  proof: ["証明", "Proof"],
  picture: ["図", "Picture"],

  unitTry: [
    "曲線を左右に引くと段差が動き、丸いつまみを引くと急になります。b をものすごく大きくしてみましょう。",
    "Drag the curve sideways to move its step; pull the round handle to make it steep. Make b enormous.",
  ],
  rectangleTry: [
    "左右の端と上の辺を引いてみましょう。符号が逆の 2 個のユニットが、矩形を 1 つ作ります。",
    "Drag the two edges and the top: two units of opposite sign make one rectangle.",
  ],
  curveTry: [
    "図の上に好きな曲線を描き、ε を小さくして、ネットワークが育つのを見ましょう。",
    "Draw any curve into the picture, then make ε smaller and watch the network grow.",
  ],

  surfaceTry: [
    "左下の山を動かしてみましょう。どんな曲面も、いろいろな向きの畝（うね）の和になります。図を左右に引くと回ります。",
    "Drag the bumps at the lower left: any surface becomes a sum of ridges in many directions. Drag a surface to turn it.",
  ],
  surfaceHint: [
    "図：f、ユニット 1 個、g の曲面と、誤差の地図。矢印キーで曲面を回します。",
    "Picture: the surfaces of f, of one unit and of g, and the map of the error. Arrow keys turn the surfaces.",
  ],
  bumps: ["動かせる山と谷", "bumps to drag"],
  bumpCount: ["山と谷の数", "Number of bumps"],
  dragBumps: ["山と谷を動かせます", "drag the bumps"],
  turn: ["曲面の向き", "Turn the surfaces"],
  ridge: ["1 方向のユニットの和（平面の分を除く）", "units of one direction, less a plane"],
  directions: ["向きは {count} 通り", "{count} directions"],

  trainingTry: [
    "同じ f、同じ個数のユニット。定理が約束するネットワークを、学習は見つけられるでしょうか。",
    "The same f and as many units: does training find the network that the theorem promises?",
  ],
  trainingHint: [
    "図：構成したネットワークと、最急降下法、Adam、変数射影法で学習したもの。左右の矢印でユニットの数を変えます。",
    "Picture: the built network, and those trained by descent, Adam and variable projection. Arrow keys left and right change the number of units.",
  ],
  unitCount: ["ユニットの数", "Number of units"],
  built: ["構成したもの（学習なし）", "Built, not trained"],
  descent: ["最急降下法", "Gradient descent"],
  adam: ["Adam", "Adam"],
  projection: ["変数射影法", "Variable projection"],
  "training…": ["学習中…", "training…"],
  trained: ["学習が終わりました", "training has ended"],
  certify: ["誤差を証明する", "Prove the errors"],
  another: ["別の乱数で", "Draw again"],
  iterations: ["{count} 回の反復", "{count} iterations"],
  seenAfter: ["標本点での最大誤差 {error}、{steps}", "largest error seen {error}, {steps}"],

  depthTry: [
    "層を増やすのと幅を増やすのを比べましょう。図を引くと動き、ホイールで拡大できます。緑の線は選んだユニットで、これも動かせます。",
    "Compare more layers with more width. Drag the view or the green line, which is the unit you chose; zoom with the wheel.",
  ],
  depthHint: [
    "図：ReLU ネットワークの線形領域を、勾配で塗り分けたもの。矢印キーで動き、プラスとマイナスで拡大と縮小をします。",
    "Picture: the linear regions of a ReLU network, coloured by gradient. Arrow keys move the view, plus and minus zoom.",
  ],
  kind: ["重み", "Weights"],
  random: ["ランダム", "random"],
  folding: ["折りたたみ", "folding"],
  layers: ["隠れ層の数", "Hidden layers"],
  width: ["各層のユニットの数", "Units in each layer"],
  wholeView: ["全体を見る", "Whole view"],
  whichUnit: ["第 1 層のユニット", "Unit of the first layer"],
  moveLine: ["その線をずらす（c）", "Shift its line (c)"],
  turnLine: ["その線を回す（w）", "Turn its line (w)"],
  regions: ["線形領域 {count} 個", "{count} linear regions"],
  unitsInAll: ["ユニットは全部で {count} 個、正確に数えた値", "{count} units in all, counted exactly"],
  shapeBounds: ["この形のネットワークの最大数（平面全体）", "Most that this shape can have, on the whole plane"],
  upperBound: ["多くとも", "at most"],
  lowerBound: ["少なくとも", "at least"],

  activation: ["活性化関数 σ", "Activation σ"],
  slope: ["重み b（傾き）", "Weight b (slope)"],
  bias: ["バイアス c", "Bias c"],
  stepAt: ["段差の位置 −c/b", "Step at −c/b"],
  left: ["左端 s", "Left edge s"],
  right: ["右端 t", "Right edge t"],
  height: ["高さ h", "Height h"],
  steepness: ["重み b（急さ）", "Weight b (steepness)"],
  firstUnit: ["1 個目のユニット", "First unit"],
  secondUnit: ["2 個目のユニット", "Second unit"],
  sum: ["和", "Their sum"],
  input: ["入力", "input"],
  output: ["出力", "output"],

  f: ["関数 f", "Function f"],
  drawn: ["描いた曲線", "drawn curve"],
  given: ["渡された f", "the f given"],
  examples: ["例", "Example"],
  formula: ["式 f(x)", "Formula f(x)"],
  from: ["左端", "From"],
  to: ["右端", "to"],
  pieces: ["区間", "Interval"],
  method: ["作り方", "Method"],
  staircase: ["階段（急なユニット）", "Staircase (steep units)"],
  rectangles: ["矩形の和（2 個ずつ）", "Rectangles (two units each)"],
  polygon: ["折れ線（ReLU など）", "Polygon (ReLU and the like)"],
  comb: ["なだらかなユニット", "Soft units, evenly placed"],
  free: ["なだらかなユニット（最少を探す）", "Soft units, as few as found"],
  eps: ["許す誤差 ε", "Error allowed, ε"],
  epsValue: ["ε = {eps}", "ε = {eps}"],
  epsEnds: ["この作り方はここまでです：{reason}", "This method ends here: {reason}"],
  count: ["ユニット {count} 個", "{count} units"],
  countOne: ["ユニット 1 個", "1 unit"],
  proved: ["証明した上界", "proved"],
  searching: ["計算中…", "Working…"],
  connecting: ["サーバーに接続しています…", "Connecting to uat…"],
  gone: [
    "サーバーが応答しません。uat page を起動し直すと再び使えます。",
    "The server does not answer; start uat page again.",
  ],
  next: ["次の行", "Next line"],
  back: ["前の行", "Line before"],
  whole: ["証明全体", "Whole proof"],
  error: ["誤差 |f − g|", "error |f − g|"],
  network: ["ネットワーク", "network"],
  constantUnit: ["定数", "constant"],
  many: ["ユニットが多いので、重みは一つずつ描けません。", "Too many units to draw each."],
  drawHere: ["ここに描けます", "draw here"],
  placeOf: ["段差の位置 −c/b、傾きはどれも b = {slope}", "steps at −c/b, all with slope b = {slope}"],
  curveHint: [
    "図：青が f、帯が f ± ε、橙が g。ポインタで f を描けます。キーボードでは左右の矢印で点を選び、上下の矢印で動かします。",
    "Picture: f in blue, the band f ± ε, g in orange. Draw f with the pointer, or choose a point with the left and right arrow keys and move it with the up and down keys.",
  ],
  unitHint: [
    "図：ユニット σ(bx + c)。左右の矢印で段差を動かし、上下の矢印で傾きを変えます。",
    "Picture: the unit σ(bx + c). Arrow keys left and right move the step, up and down change the slope.",
  ],
  rectangleHint: [
    "図：2 個のユニットとその和。左右の矢印で矩形を動かし、上下の矢印で高さを変えます。",
    "Picture: two units and their sum. Arrow keys left and right move the rectangle, up and down change its height.",
  ],
  unitSays: ["段差は x = {place} にあります。", "The step is at x = {place}."],
  keep: ["持ち帰る", "Take it along"],
  copy: ["Python コードをコピー", "Copy as Python"],
  copied: ["コピーしました", "Copied"],
  saveNetwork: ["ネットワーク .npz", "Network .npz"],
  saveCertificate: ["証明書 .json", "Certificate .json"],
  savePng: ["図 .png", "Picture .png"],
  saveSvg: ["図 .svg", "Picture .svg"],
};

let language = "ja";

export function setLanguage(given) {
  language = given === "en" ? "en" : "ja";
}

export function currentLanguage() {
  return language;
}

export function say(key, values = {}) {
  const pair = table[key];
  if (!pair) throw new Error(`no words for ${key}`);
  return pair[language === "en" ? 1 : 0].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function unitsText(count) {
  return count === 1 ? say("countOne") : say("count", { count: count.toLocaleString("en") });
}

// The recital comes from uat in English; these lines say the same in Japanese.
const recital = [
  [/^f: (.*) on \[(.*)\], continuous; ε = (.*)$/, "f：$1、区間 [$2] で連続。ε = $3"],
  [
    /^a steep unit is a step: σ = (.*?), slope 2\^(-?\d+)(, two units a step)?$/,
    (_, sigma, power, two) =>
      `急なユニットは段差になる：σ = ${sigma}、傾き 2^${power}${two ? "、段差 1 つにユニット 2 個" : ""}`,
  ],
  [
    /^two steps make a rectangle; where two of them meet, two steps are one$/,
    "段差 2 つで矩形。隣り合う矩形の境目では、2 つの段差が 1 つになる",
  ],
  [/^two steps make a rectangle$/, "段差 2 つで矩形になる"],
  [
    /^f varies by less than 2ε on each of (.*?) pieces?, so their middles are within ε$/,
    "$1 個の小区間のどれでも f の変化は 2ε 未満なので、中央の値は f から ε 以内",
  ],
  [/^straight ones, as few as a path in the tube f ± ε has$/, "帯 f ± ε の中を通る、本数が最少の線分"],
  [
    /^one bends the graph at each corner, the rest is a line: σ = (.*)$/,
    "角ごとにユニット 1 個がグラフを折り、残りは直線：σ = $1",
  ],
  [
    /^soft ones, (closer and steeper where f needs it|evenly spaced): σ = (.*), slope (.*)$/,
    (_, spaced, sigma, slope) =>
      `なだらかなユニットを${spaced === "evenly spaced" ? "等間隔に" : "f の変化に合わせて密に急に"}置く：σ = ${sigma}、傾き ${slope.replace(" to ", " から ")}`,
  ],
  [/^least squares at (.*), the smallest that do$/, "最小二乗法で求め、足りるうちで最小の重みにする"],
  [
    /^soft ones, each with a place and a slope of its own: σ = (.*)$/,
    "位置も傾きもユニットごとに選ぶ：σ = $1",
  ],
  [
    /^units are dropped and the others moved, as long as the error is proved below ε$/,
    "誤差が ε 未満と証明できるかぎり、ユニットを減らして残りを動かす",
  ],
  [
    /^soft ones, evenly spaced along each of (.*) directions?: σ = (.*)$/,
    "$1 方向のそれぞれに沿って、なだらかなユニットを等間隔に置く：σ = $2",
  ],
  [/^one least squares for all of them, the smallest that do$/, "全体を一度の最小二乗法で求め、足りるうちで最小の重みにする"],
  [/^g\(x\) = (.*), ([\d,]+) units?, (.*)$/, "g(x) = $1、ユニット $2 個、$3"],
  [/^(sup\|f − g\| ≤ .*) \(rounding\) < ε, (.*)$/, (_, bound, kind) => `${bound}（丸め）< ε、${({ "a priori": "作る前から分かる上界", cells: "小区間ごとの上界", Chebyshev: "チェビシェフ展開による上界" })[kind] ?? kind}`],
  [/^(\|f − g\| ≥ .*) at (.*)$/, "$2 で $1"],
  [/^no staircase of fewer than (.*) pieces is within ε$/, "段数が $1 より少ない階段では、ε 以内にならない"],
  [/^no polygon of fewer than (.*) pieces is within ε$/, "線分が $1 本より少ない折れ線では、ε 以内にならない"],
  [/^on trust: (.*)$/, "仮定：$1"],
];

const labels = {
  "": "",
  "step 1": "第 1 歩",
  "step 2": "第 2 歩",
  "step 3": "第 3 歩",
  so: "よって",
  proved: "証明",
  seen: "下界",
  fewest: "最少",
  pieces: "線分",
  units: "ユニット",
  weights: "重み",
  search: "探索",
};

// Return the lines of a recital as [name, label, text] in the language of the page.
export function recited(text) {
  return text.split("\n").map((line) => {
    const name = Object.keys(labels).find((label) => label && line.startsWith(label.padEnd(8))) ?? "";
    let rest = name ? line.slice(8) : line;
    if (language === "en") return [name, name, rest];
    for (const [pattern, japanese] of recital) {
      if (pattern.test(rest)) {
        rest = rest.replace(pattern, japanese);
        break;
      }
    }
    return [name, labels[name] ?? name, rest.replace("drawn curve", say("drawn"))];
  });
}
