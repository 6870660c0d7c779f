"""Makes golden.json, the values of scikit-learn: python3 test/learn/scaling/golden.py > test/learn/scaling/golden.json"""

import json
import warnings

import numpy as np
import sklearn
from scipy import stats
from sklearn.preprocessing import QuantileTransformer, RobustScaler, normalize

warnings.filterwarnings("ignore")
random = np.random.default_rng(8)
column = lambda values: np.asarray(values, float).reshape(-1, 1)


def case(train, count):
    train = np.round(train, 4)
    others = np.round(np.concatenate([train[:6], np.quantile(train, [0.1, 0.33, 0.5, 0.9]), [train.min() - 1, train.max() + 1], train.mean() + random.normal(size=4)]), 4)
    robust = RobustScaler().fit(column(train))
    result = {"train": train.tolist(), "others": others.tolist(), "count": count, "robust": robust.transform(column(others)).ravel().tolist()}
    for output in ("uniform", "normal"):
        fitted = QuantileTransformer(n_quantiles=count, output_distribution=output, subsample=None).fit(column(train))
        values = fitted.transform(column(others))
        result[output] = values.ravel().tolist()
        result[output + "_back"] = fitted.inverse_transform(values).ravel().tolist()
    return result


rows = np.round(random.normal(size=(6, 4)), 4)
rows[2] = 0
shares = [1e-300, 1e-12, 1e-7, 0.001, 0.02, 0.03, 0.3, 0.5, 0.77, 0.99, 1 - 1e-9]
print(
    json.dumps(
        {
            "scikit-learn": sklearn.__version__,
            "cases": [
                case(random.normal(size=50), 1000),
                case(random.exponential(size=200), 20),
                case(random.integers(0, 5, 80).astype(float), 10),
                case(np.full(12, 4.5), 5),
                case(np.array([1.0, 2.0]), 100),
                case(np.concatenate([np.zeros(60), random.normal(size=30)]), 40),
            ],
            "rows": rows.tolist(),
            "unit": normalize(rows).tolist(),
            "normal_quantile": [[s, float(stats.norm.ppf(s))] for s in shares],
            "normal_share": [[x, float(stats.norm.cdf(x))] for x in (-30, -8, -2.5, -0.1, 0, 0.7, 4)],
        }
    )
)
