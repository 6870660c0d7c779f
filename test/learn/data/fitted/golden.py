"""Makes golden.json, the values that scikit-learn gives, from a seed:
python3 test/learn/data/fitted/golden.py 20 > test/learn/data/fitted/golden.json"""

import json
import sys
import warnings

import numpy as np
import sklearn
from sklearn import preprocessing as p
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.utils.class_weight import compute_class_weight

warnings.filterwarnings("ignore")
random = np.random.default_rng(int(sys.argv[1]))


def numbers(rows):
    return np.column_stack(
        [random.normal(5, 2, rows), np.exp(random.normal(0, 1, rows)), random.integers(0, 6, rows).astype(float)]
    )


def with_gaps(values):
    holes = random.random(values.shape) < 0.25
    holes[:, 0] &= ~holes[:, 1]  # No row without any value of the first two.
    return np.where(holes, np.nan, values)


def nullable(values):
    return [[None if np.isnan(value) else value for value in row] for row in values.tolist()]


train, test = numbers(60), numbers(20)
scalers = {
    "min-max": p.MinMaxScaler(),
    "standard": p.StandardScaler(),
    "robust": p.RobustScaler(),
    "quantile": p.QuantileTransformer(n_quantiles=40),
    "quantile-normal": p.QuantileTransformer(n_quantiles=40, output_distribution="normal"),
    "l2": p.Normalizer(),
    "log1p": p.FunctionTransformer(np.log1p),
}
train_gaps, test_gaps = with_gaps(train), with_gaps(test)
imputers = {
    "mean": SimpleImputer(),
    "median": SimpleImputer(strategy="median"),
    "most-frequent": SimpleImputer(strategy="most_frequent"),
}
# No two rows are equally near, where the choice would differ.
train_near, test_near = (gaps + random.normal(0, 0.1, gaps.shape) for gaps in (train_gaps, test_gaps))
scale = p.StandardScaler().fit(train_near)
knn = KNNImputer(n_neighbors=3).fit(scale.transform(train_near))

labels = list("abcdefg")
weights = random.dirichlet(np.full(7, 0.5))
train_labels = random.choice(labels, 40, p=weights).reshape(-1, 1)
test_labels = random.choice(labels + ["new"], 15).reshape(-1, 1)
often = int(random.integers(2, 5))
rare = p.OneHotEncoder(min_frequency=often, handle_unknown="infrequent_if_exist", sparse_output=False)

words = ["Sun", "rain", "wind", "snow", "fog", "storm", "ice", "dew", "hail", "frost"]
texts = lambda rows: [" ".join(random.choice(words, random.integers(1, 12))) for _ in range(rows)]
train_texts, test_texts = texts(30), texts(10)
pattern = r"[^\W_]+"
tfidf = TfidfVectorizer(token_pattern=pattern).fit(train_texts)
bag = CountVectorizer(token_pattern=pattern).fit(train_texts)

print(
    json.dumps(
        {
            "sklearn": sklearn.__version__,
            "train": train.tolist(),
            "test": test.tolist(),
            "scaled": {name: scaler.fit(train).transform(test).tolist() for name, scaler in scalers.items()},
            "train_gaps": nullable(train_gaps),
            "test_gaps": nullable(test_gaps),
            "imputed": {name: imputer.fit(train_gaps).transform(test_gaps).tolist() for name, imputer in imputers.items()},
            "train_near": nullable(train_near),
            "test_near": nullable(test_near),
            "near": scale.inverse_transform(knn.transform(scale.transform(test_near))).tolist(),
            "train_labels": train_labels[:, 0].tolist(),
            "test_labels": test_labels[:, 0].tolist(),
            "often": often,
            "encoded": {
                "one-hot": p.OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(train_labels).transform(test_labels).tolist(),
                "rare": rare.fit(train_labels).transform(test_labels).tolist(),
                "ordinal": p.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1).fit(train_labels).transform(test_labels).tolist(),
            },
            "balanced": dict(zip(sorted(set(train_labels[:, 0])), compute_class_weight("balanced", classes=np.unique(train_labels), y=train_labels[:, 0]).tolist())),
            "train_texts": train_texts,
            "test_texts": test_texts,
            "vocabulary": sorted(tfidf.vocabulary_),
            "vectors": {"tf-idf": tfidf.transform(test_texts).toarray().tolist(), "bag": bag.transform(test_texts).toarray().tolist()},
        }
    )
)
