"""The slides that show a figure, in the order of the lecture, under their headings."""

from dataclasses import dataclass

from uat.lecture.registry import Entry, entries
from uat.plotting.language import Pair

__all__ = ["SLIDES", "Slide", "heading", "shown"]


@dataclass(frozen=True)
class Slide:
    """A heading of the lecture and the ids of the figures below it."""

    heading: Pair
    figures: tuple[str, ...]


SLIDES = (
    Slide(Pair("「学習」", "Learning"), ("recap-line",)),
    Slide(Pair("「勾配降下法」", "Gradient descent"), ("recap-descent",)),
    Slide(Pair("「自動微分」", "Automatic differentiation"), ("recap-autodiff",)),
    Slide(Pair("線形回帰からの飛躍", "Beyond linear regression"), ("line-limits",)),
    Slide(
        Pair("どんな関数をつかうべきか?", "Which functions should we use?"), ("simple-families",)
    ),
    Slide(
        Pair("複雑な関数を表現する方法を考えよう！", "How can complex functions be expressed?"),
        ("wiggly-target",),
    ),
    Slide(
        Pair("複雑さを生み出す方法", "How complexity is made"),
        ("compose-exp-sin", "linear-collapse", "basis-trig", "sum-trig"),
    ),
    Slide(
        Pair(
            "パラメータを変えることによって幅広い表現が得られる確認",
            "Other parameters, other functions",
        ),
        ("sine-sum-a", "sine-sum-b"),
    ),
    Slide(Pair("ニューラルネットワーク", "Neural networks"), ("nn-cover",)),
    Slide(
        Pair("ニューラルネットワークの構造", "The structure of a neural network"),
        ("layer-blocks", "layer-roles"),
    ),
    Slide(Pair("全結合層がしていること", "What a dense layer does"), ("dense-shapes",)),
    Slide(Pair("活性化関数とは？", "What is an activation function?"), ("activations",)),
    Slide(Pair("アイデア2. 和をとる", "Idea 2: sums"), ("dense-row",)),
    Slide(Pair("分解して考えると", "Taken apart"), ("unit-sum",)),
    Slide(Pair("出力層", "The output layer"), ("mlp",)),
    Slide(Pair("定義1. シグモイド型関数", "Definition 1: sigmoidal functions"), ("sigmoidal-def",)),
    Slide(Pair("定理 (Cybenko, 1989)", "Theorem (Cybenko, 1989)"), ("epsilon-band",)),
    Slide(Pair("証明ステップ1", "Proof, step 1"), ("step-steepness", "step-place")),
    Slide(
        Pair("証明ステップ2. 矩形関数の作り方", "Proof, step 2: how to make a rectangle"),
        ("rectangle",),
    ),
    Slide(Pair("証明ステップ3.", "Proof, step 3"), ("rectangle-sum", "universal")),
    Slide(
        Pair("どんなネットワークの誤差も証明できる", "A proof for any network"), ("proof-cells",)
    ),
    Slide(Pair("ユニットはいくつ要るか", "How many units?"), ("units-vs-epsilon",)),
    Slide(
        Pair("2 次元以上でも隠れ層は一つ", "One hidden layer in any dimension"),
        ("ridge-directions", "no-hidden-tower"),
    ),
    Slide(
        Pair("万能近似できるからいい？", "Is it enough that good weights exist?"),
        (
            "existence-vs-training",
            "loss-curves",
            "training-watch",
            "spectral-bias",
            "regions-training",
        ),
    ),
    Slide(
        Pair("「深さ」は必要？", "Is depth needed?"),
        ("depth-fold", "regions-plane", "regions-depth-width", "sawtooth"),
    ),
    Slide(
        Pair("ほかの定理：活性化関数は何でもよい", "Other theorems: any activation"), ("leshno",)
    ),
    Slide(Pair("ほかの定理：二つのユニット", "Other theorems: two units"), ("guliyev-ismailov",)),
    Slide(Pair("ほかの定理：次元の呪いを避ける", "Other theorems: any dimension"), ("barron",)),
)


def heading(entry: Entry) -> Pair:
    """Return the heading of the slide that shows a figure.

    Examples
    --------
    >>> from uat.lecture.registry import find
    >>> heading(find("rectangle")).ja
    '証明ステップ2. 矩形関数の作り方'
    """
    return next(slide.heading for slide in SLIDES if entry.id in slide.figures)


def shown(slide: Slide) -> tuple[Entry, ...]:
    """Return the figures of a slide."""
    return tuple(entry for entry in entries() if entry.id in slide.figures)
