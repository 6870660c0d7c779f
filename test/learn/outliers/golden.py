"""Makes golden.json, the values of scikit-learn: python3 test/learn/outliers/golden.py > test/learn/outliers/golden.json"""

import json

import numpy as np
import sklearn
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

random = np.random.default_rng(12)


def case(name, x):
    x = np.round(x, 4)
    scores = -np.mean([IsolationForest(n_estimators=200, random_state=s).fit(x).score_samples(x) for s in range(5)], axis=0)
    z = StandardScaler().fit_transform(x)
    distances, _ = NearestNeighbors(n_neighbors=6).fit(z).kneighbors(z)
    q1, q3 = np.quantile(x, 0.25, axis=0), np.quantile(x, 0.75, axis=0)
    middle = np.median(x, axis=0)
    mad = np.median(np.abs(x - middle), axis=0)
    return {
        "name": name,
        "x": x.tolist(),
        "isolation": np.round(scores, 5).tolist(),
        "neighbours": (distances[:, 5] / np.sqrt(x.shape[1])).tolist(),
        "iqr": [(q1 - 1.5 * (q3 - q1)).tolist(), (q3 + 1.5 * (q3 - q1)).tolist()],
        "z-score": [(x.mean(0) - 3 * x.std(0)).tolist(), (x.mean(0) + 3 * x.std(0)).tolist()],
        "mad": [(middle - 3.5 * mad / 0.6745).tolist(), (middle + 3.5 * mad / 0.6745).tolist()],
    }


blob = np.vstack([random.normal(size=(140, 3)), random.uniform(-6, 6, (10, 3))])
two = np.vstack([random.normal(-4, 1, (90, 2)), random.normal(4, 0.5, (90, 2))])
skewed = np.column_stack([random.exponential(size=120), random.integers(0, 5, 120), np.full(120, 2.5)])
print(json.dumps({"scikit-learn": sklearn.__version__, "cases": [case("a blob with strays", blob), case("two blobs", two), case("skewed, whole and constant", skewed)]}))
