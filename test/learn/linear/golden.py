"""Makes golden.json, the values of scikit-learn: python3 test/learn/linear/golden.py > test/learn/linear/golden.json"""

import json

import numpy as np
import sklearn
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import roc_auc_score

random = np.random.default_rng(3)


def logistic(name, x, y, l2, weights=None):
    model = LogisticRegression(C=1 / l2, tol=1e-9, max_iter=20000).fit(x, y, sample_weight=weights)
    return {
        "name": name,
        "x": x.tolist(),
        "y": y.tolist(),
        "classes": int(y.max()) + 1,
        "l2": l2,
        "row_weights": None if weights is None else weights.tolist(),
        "weights": model.coef_.T.tolist(),
        "intercepts": model.intercept_.tolist(),
        "probabilities": model.predict_proba(x[:8]).tolist(),
    }


def ridge(rows, columns, l2):
    x = np.round(random.normal(3, 2, (rows, columns)), 4)
    y = np.round(x[:, 0] * 2 - 5 + random.normal(size=rows), 4)
    model = Ridge(alpha=l2, solver="cholesky").fit(x, y)
    return {"x": x.tolist(), "y": y.tolist(), "l2": l2, "weights": model.coef_.tolist(), "intercept": float(model.intercept_)}


def auc(rows, levels):
    y = np.append(random.integers(0, 2, rows - 2), [0, 1])
    scores = np.round(random.random(rows) + 0.3 * y, levels)
    return {"scores": scores.tolist(), "positive": y.tolist(), "auc": float(roc_auc_score(y, scores))}


iris = load_iris()
scaled = np.round((iris.data - iris.data.mean(0)) / iris.data.std(0), 6)
two = iris.target < 2
sparse = np.where(random.random((60, 12)) < 0.2, np.round(random.normal(size=(60, 12)), 3), 0)
words = random.integers(0, 4, 60)
words[sparse[:, 0] != 0] = 0
print(
    json.dumps(
        {
            "scikit-learn": sklearn.__version__,
            "logistic": [
                logistic("iris", scaled, iris.target, 1.0),
                logistic("iris, weak penalty", scaled[::3], iris.target[::3], 0.05),
                logistic("two of iris", scaled[two][::2], iris.target[two][::2], 2.0),
                logistic("weighted", scaled[::4], iris.target[::4], 1.0, np.round(random.random(38) * 3, 3)),
                logistic("sparse, with a constant column", np.hstack([sparse, np.ones((60, 1))]), words, 0.5),
                logistic("few rows, more columns", np.round(random.normal(size=(6, 9)), 3), np.array([0, 1, 2, 0, 1, 2]), 1.0),
            ],
            "ridge": [ridge(30, 3, 0.5), ridge(5, 8, 2.0), ridge(40, 1, 1e-3)],
            "auc": [auc(20, 1), auc(50, 6), auc(2, 3), auc(60, 0)],
        }
    )
)
