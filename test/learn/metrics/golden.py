"""Makes golden.json, the values that scikit-learn gives: python3 test/learn/metrics/golden.py > test/learn/metrics/golden.json"""

import json
import warnings

import numpy as np
import sklearn
from sklearn import metrics as m
from sklearn.dummy import DummyClassifier

warnings.filterwarnings("ignore")  # of undefined metrics, which are 0 here
random = np.random.default_rng(20)


def classification(classes, rows, skill):
    # Some classes are rare or absent on purpose.
    weights = random.dirichlet(np.full(classes, 0.7))
    actual = random.choice(classes, rows, p=weights)
    predicted = np.where(random.random(rows) < skill, actual, random.integers(0, classes, rows))
    labels = list(range(classes))
    options = {"labels": labels, "average": None, "zero_division": np.nan}
    present = sorted(set(actual) | set(predicted))
    macro = {"labels": present, "average": "macro", "zero_division": 0}
    most = DummyClassifier(strategy="most_frequent").fit(np.zeros((rows, 1)), actual).predict(np.zeros((rows, 1)))
    present_most = sorted(set(actual) | set(most))
    nullable = lambda values: [None if np.isnan(value) else value for value in values]
    return {
        "classes": classes,
        "actual": actual.tolist(),
        "predicted": predicted.tolist(),
        "confusion": m.confusion_matrix(actual, predicted, labels=labels).tolist(),
        "accuracy": m.accuracy_score(actual, predicted),
        "precision": nullable(m.precision_score(actual, predicted, **options)),
        "recall": nullable(m.recall_score(actual, predicted, **options)),
        "f1": nullable(m.f1_score(actual, predicted, **options)),
        "macro_precision": m.precision_score(actual, predicted, **macro),
        "macro_recall": m.recall_score(actual, predicted, **macro),
        "macro_f1": m.f1_score(actual, predicted, **macro),
        "majority": {
            "accuracy": m.accuracy_score(actual, most),
            "macro_f1": m.f1_score(actual, most, labels=present_most, average="macro", zero_division=0),
        },
    }


def regression(rows, offset, noise):
    actual = (offset + random.normal(size=rows)).astype(np.float32)
    predicted = (actual + noise * random.normal(size=rows)).astype(np.float32)
    a, p = actual.astype(np.float64), predicted.astype(np.float64)
    return {
        "actual": a.tolist(),
        "predicted": p.tolist(),
        "mae": m.mean_absolute_error(a, p),
        "rmse": m.root_mean_squared_error(a, p),
        "r2": m.r2_score(a, p),
    }


sizes = [(2, 1, 0.5), (2, 9, 0.8), (2, 40, 0.9), (3, 12, 0.6), (3, 60, 0.97), (4, 30, 0.4), (5, 50, 0.0), (6, 8, 0.7), (8, 60, 0.8), (3, 20, 1.0)]
print(
    json.dumps(
        {
            "scikit-learn": sklearn.__version__,
            "classification": [classification(*size) for size in sizes],
            "regression": [regression(2, 0, 0.5), regression(20, 0, 0.3), regression(30, 1000, 2.0), regression(25, -5, 0.0)],
        }
    )
)
