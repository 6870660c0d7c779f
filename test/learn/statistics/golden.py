"""Makes golden.json, the values of scipy and scikit-learn: python3 test/learn/statistics/golden.py > test/learn/statistics/golden.json"""

import json
import warnings

import numpy as np
import scipy
import sklearn
from scipy import special, stats
from scipy.spatial.distance import jensenshannon
from sklearn.feature_selection._mutual_info import _compute_mi_cc, _compute_mi_cd
from sklearn.metrics import mutual_info_score

warnings.filterwarnings("ignore")
random = np.random.default_rng(7)
number = lambda value: None if np.isnan(value) else float(value)


def sample(rows, kind):
    if kind == "normal":
        return random.normal(size=rows)
    if kind == "ties":
        return random.integers(0, 4, rows).astype(float)
    if kind == "shifted":
        return random.normal(1.5, 2, rows)
    if kind == "skewed":
        return random.exponential(size=rows)
    return np.full(rows, 3.25)


def two(n, m, first, second):
    a, b = np.round(sample(n, first), 6), np.round(sample(m, second), 6)
    exact = stats.ks_2samp(a, b, method="exact")
    return {
        "first": a.tolist(),
        "second": b.tolist(),
        "quantiles": [[q, float(np.quantile(a, q))] for q in (0, 0.1, 0.25, 0.5, 0.77, 1)],
        "ks": float(exact.statistic),
        "ks_exact": float(exact.pvalue),
        "wasserstein": float(stats.wasserstein_distance(a, b)),
    }


def pair(rows, first, second):
    a = np.round(sample(rows, first), 6)
    b = np.round(sample(rows, second) + (a if second == "normal" else 0), 6)
    codes = random.integers(0, 3, rows)
    p, s = stats.pearsonr(a, b), stats.spearmanr(a, b)
    groups = [b[codes == code] for code in np.unique(codes)]
    between = sum(len(g) * (g.mean() - b.mean()) ** 2 for g in groups)
    total = ((b - b.mean()) ** 2).sum()
    scale = lambda v: v / v.std() if v.std() > 0 else v
    return {
        "a": a.tolist(),
        "b": b.tolist(),
        "codes": codes.tolist(),
        "pearson": [number(p.statistic), number(p.pvalue)],
        "spearman": [number(s.statistic), number(s.pvalue)],
        "eta": number(np.sqrt(between / total)) if total > 0 else None,
        "ranks": stats.rankdata(a).tolist(),
        "information_of_numbers": float(_compute_mi_cc(scale(a), scale(b), 3)) if rows > 3 else None,
        "information_of_category": float(_compute_mi_cd(b, codes, 3)) if rows > 3 else None,
    }


def table(rows, columns, total, blank):
    counts = random.multinomial(total, random.dirichlet(np.ones(rows * columns) * 0.8)).reshape(rows, columns)
    if blank:
        counts[:, 0] = 0
    kept = counts[counts.sum(1) > 0][:, counts.sum(0) > 0]
    chi = stats.chi2_contingency(kept, correction=False)
    labels = [(r, c) for r in range(rows) for c in range(columns) for _ in range(counts[r, c])]
    p, q = counts[0] + 0.0, counts[1] + 0.0
    return {
        "rows": rows,
        "columns": columns,
        "counts": counts.ravel().tolist(),
        "chi": [float(chi.statistic), int(chi.dof), float(chi.pvalue), float(chi.expected_freq.min())],
        "v": float(stats.contingency.association(kept, method="cramer")) if min(kept.shape) > 1 else None,
        "information": float(mutual_info_score([r for r, _ in labels], [c for _, c in labels])),
        "entropy": float(stats.entropy(counts.sum(1))),
        "jensen_shannon": number(jensenshannon(p, q, base=2)) if p.sum() and q.sum() else None,
    }


print(
    json.dumps(
        {
            "scipy": scipy.__version__,
            "scikit-learn": sklearn.__version__,
            "two": [two(*of) for of in [(1, 1, "normal", "normal"), (5, 7, "normal", "shifted"), (30, 30, "normal", "normal"), (40, 25, "ties", "ties"), (60, 41, "normal", "skewed"), (6, 9, "constant", "normal"), (8, 8, "constant", "constant"), (50, 60, "normal", "shifted"), (30, 70, "skewed", "ties")]],
            "pairs": [pair(*of) for of in [(2, "normal", "normal"), (3, "normal", "skewed"), (10, "normal", "normal"), (60, "skewed", "normal"), (50, "ties", "normal"), (20, "constant", "normal"), (40, "normal", "shifted")]],
            "tables": [table(*of) for of in [(2, 2, 30, False), (2, 5, 60, False), (3, 4, 200, False), (6, 3, 45, True), (2, 8, 1000, True), (3, 3, 5, False)]],
            "kolmogorov": [[x, float(special.kolmogorov(x))] for x in (0.02, 0.2, 0.5, 0.9, 0.999, 1, 1.3, 2, 4)],
            "gamma": [[a, x, float(special.gammaincc(a, x))] for a in (0.5, 1, 3.5, 20, 300) for x in (0.01, 0.7, 4, 25, 310)],
            "beta": [[x, a, b, float(special.betainc(a, b, x))] for x in (0.001, 0.3, 0.9, 0.9999) for a in (0.5, 3, 90) for b in (0.5, 12)],
            "digamma": [[x, float(special.digamma(x))] for x in (0.3, 1, 2, 9.5, 10, 4000)],
            "fdr": [[p.tolist(), stats.false_discovery_control(p).tolist()] for p in (np.round(random.random(n) ** 3, 5) for n in (1, 5, 30))],
        }
    )
)
