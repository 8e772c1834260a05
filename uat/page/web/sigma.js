// The activations of uat, and the value of a network: all that this page computes by itself.

const { abs, atan, exp, expm1, log1p, max, min, PI, sqrt, SQRT2 } = Math;

// The error function: its power series near 0, a continued fraction farther out.
export function erf(u) {
  const size = abs(u);
  if (size > 6) return Math.sign(u);
  if (size < 2.5) {
    let term = u;
    let sum = u;
    for (let k = 1; abs(term) > 1e-18 * abs(sum); k += 1) {
      term *= (-u * u) / k;
      sum += term / (2 * k + 1);
    }
    return (2 / sqrt(PI)) * sum;
  }
  return Math.sign(u) * (1 - tail(size));
}

// 1 − erf(u) for u > 2, by its continued fraction.
function tail(u) {
  let rest = 0;
  for (let k = 60; k > 0; k -= 1) rest = k / 2 / (u + rest);
  return exp(-u * u) / sqrt(PI) / (u + rest);
}

const logistic = (u) => (u < 0 ? exp(u) / (1 + exp(u)) : 1 / (1 + exp(-u)));
const gauss = (u) => (u < -3.6 ? tail(-u / SQRT2) / 2 : (1 + erf(u / SQRT2)) / 2);

export const activations = {
  logistic,
  tanh: Math.tanh,
  relu: (u) => max(u, 0),
  heaviside: (u) => (u > 0 ? 1 : 0),
  ramp: (u) => min(max(u + 0.5, 0), 1),
  cauchy_cdf: (u) => atan(u) / PI + 0.5,
  gauss_cdf: gauss,
  gompertz: (u) => exp(-exp(-u)),
  algebraic: (u) => (1 + Math.sin(atan(u))) / 2,
  softsign: (u) => (abs(u) === Infinity ? Math.sign(u) : u / (1 + abs(u))),
  sin: Math.sin,
  softplus: (u) => max(u, 0) + log1p(exp(-abs(u))),
  elu: (u) => (u > 0 ? u : expm1(u)),
  silu: (u) => (u < -745 ? 0 : u * logistic(u)),
  gelu: (u) => (u < -40 ? 0 : u * gauss(u)),
  leaky_relu: (u) => max(u, 0.01 * u),
  absolute: abs,
};

// Σ a_i σ(b_i x + c_i)
export function network(sigma, [a, b, c], x) {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i] * sigma(b[i] * x + c[i]);
  return sum;
}
