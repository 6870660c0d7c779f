# Makes gap.json: intervals of differences by scipy and statsmodels, and quantiles of Student's t.
# python3 -m venv V && V/bin/pip install scipy statsmodels && V/bin/python gap.py > gap.json
import json
import numpy as np
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

rng = np.random.default_rng(7)
means = []
for m, n in [(2, 2), (5, 9), (40, 12), (200, 300)]:
    a = np.round(rng.lognormal(0, 1, m), 6)
    b = np.round(rng.normal(2, 3, n), 6)
    ci = stats.ttest_ind(b, a, equal_var=False).confidence_interval(0.95)
    means.append({"a": a.tolist(), "b": b.tolist(), "value": b.mean() - a.mean(), "low": ci.low, "high": ci.high})
pairs = []
for n in [2, 6, 50]:
    d = np.round(rng.normal(0.3, 1, n), 6)
    ci = stats.ttest_1samp(d, 0).confidence_interval(0.95)
    pairs.append({"d": d.tolist(), "value": d.mean(), "low": ci.low, "high": ci.high})
shares = []
for x, m, y, n in [(56, 70, 48, 80), (9, 10, 3, 10), (10, 10, 0, 20), (200, 200, 820, 1000), (0, 5, 0, 5)]:
    low, high = confint_proportions_2indep(x, m, y, n, compare="diff", method="newcomb")
    shares.append({"x": x, "m": m, "y": y, "n": n, "low": low, "high": high})
t = [{"p": p, "freedom": f, "t": stats.t.ppf(p, f)} for p in (0.5, 0.9, 0.975, 0.999) for f in (0.5, 1, 2.7, 10, 400)]
print(json.dumps({"means": means, "pairs": pairs, "shares": shares, "t": t}))
