"""Makes cases.json, what scikit-learn and pycocotools give for 1,000 random cases:
python3 test/learn/metrics/cases.py > test/learn/metrics/cases.json

The cases themselves are not in it: cases.ts makes the same ones from the same seeds, by the same arithmetic.
"""

import contextlib
import io
import json
import sys
import warnings

import numpy as np
import sklearn
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from sklearn import metrics as m

warnings.filterwarnings("ignore")


class Draw:
    """Numerical Recipes' linear congruential generator: uniform in [0, 1)."""

    def __init__(self, seed):
        self.state = seed * 2654435761 % 2**32
        for _ in range(3):
            self()

    def __call__(self):
        self.state = (self.state * 1664525 + 1013904223) % 2**32
        return self.state / 2**32

    def below(self, n):
        return int(self() * n)


def classes_case(seed):
    draw = Draw(seed)
    k = 2 + seed % 5
    n = 2 + draw.below(80)
    skill, tied = draw() * 2, seed % 3 == 0
    actual, probabilities = [], []
    for _ in range(n):
        of = draw.below(k) if draw() < 0.5 else 0
        weights = [draw() for _ in range(k)]
        weights[of] += skill * draw()
        if tied:
            weights = [int(4 * w) + 1 for w in weights]
        total = 0
        for w in weights:
            total += w
        actual.append(of)
        probabilities.append([w / total for w in weights])
    return k, np.array(actual), np.array(probabilities), seed % 3 == 0


def nullable(value):
    return None if value is None or np.isnan(value) else float(f"{value:.10g}")


def area(function, actual, probabilities, of):
    if len(set(actual == of)) < 2 and function is m.roc_auc_score:
        return np.nan
    return np.nan if not (actual == of).any() else function(actual == of, probabilities[:, of])


def pr_auc(actual, scores):
    precision, recall, _ = m.precision_recall_curve(actual, scores)
    return m.auc(recall, precision)


def ece(actual, probabilities):
    chosen, confidence = probabilities.argmax(1), probabilities.max(1)
    bins = np.clip(np.ceil(confidence * 15).astype(int) - 1, 0, 14)
    right = chosen == actual
    return sum(abs(right[bins == b].mean() - confidence[bins == b].mean()) * (bins == b).mean() for b in set(bins))


def classes_values(seed):
    k, a, p, tied = classes_case(seed)
    y = p.argmax(1)
    labels, positive, beta = list(range(k)), k - 1, 0.5 if seed % 2 else 2
    present = sorted(set(a) | set(y))
    occurring = sorted(set(a))
    macro = {"labels": present, "average": "macro", "zero_division": 0}
    micro = {"average": "micro", "zero_division": 0}
    weighted = {"labels": present, "average": "weighted", "zero_division": 0}
    own = {"zero_division": 0}
    is_own = (a == positive).any()
    areas = {}
    for name, function in (("roc_auc", m.roc_auc_score), ("pr_auc", pr_auc), ("average_precision", m.average_precision_score)):
        each = np.array([area(function, a, p, of) for of in occurring])
        support = np.array([(a == of).sum() for of in occurring])
        areas[name] = area(function, a, p, positive)
        areas[f"macro_{name}"] = each.mean()
        areas[f"weighted_{name}"] = (each * support).sum() / support.sum()
    zero = lambda value: 0.0 if np.isnan(value) else value
    costs = np.array([[0 if i == j else 1 + i + 2 * j for j in labels] for i in labels])
    return {
        "accuracy": m.accuracy_score(a, y),
        "balanced_accuracy": m.balanced_accuracy_score(a, y),
        "precision": m.precision_score(a == positive, y == positive, **own) if is_own else None,
        "recall": m.recall_score(a == positive, y == positive, **own) if is_own else None,
        "f1": m.f1_score(a == positive, y == positive, **own) if is_own else None,
        "fbeta": m.fbeta_score(a == positive, y == positive, beta=beta, **own) if is_own else None,
        "macro_precision": m.precision_score(a, y, **macro),
        "macro_recall": m.recall_score(a, y, **macro),
        "macro_f1": m.f1_score(a, y, **macro),
        "macro_fbeta": m.fbeta_score(a, y, beta=beta, **macro),
        "micro_precision": m.precision_score(a, y, **micro),
        "micro_recall": m.recall_score(a, y, **micro),
        "micro_f1": m.f1_score(a, y, **micro),
        "micro_fbeta": m.fbeta_score(a, y, beta=beta, **micro),
        "weighted_precision": m.precision_score(a, y, **weighted),
        "weighted_recall": m.recall_score(a, y, **weighted),
        "weighted_f1": m.f1_score(a, y, **weighted),
        "weighted_fbeta": m.fbeta_score(a, y, beta=beta, **weighted),
        "mcc": m.matthews_corrcoef(a, y),
        # Of examples and answers of one class alone scikit-learn has no kappa; it is 0 here.
        "kappa": zero(m.cohen_kappa_score(a, y, labels=labels)),
        "kappa_linear": zero(m.cohen_kappa_score(a, y, labels=labels, weights="linear")),
        "kappa_quadratic": zero(m.cohen_kappa_score(a, y, labels=labels, weights="quadratic")),
        "mean_cost": (m.confusion_matrix(a, y, labels=labels) * costs).sum() / len(a),
        **areas,
        # Of equal probabilities scikit-learn prefers the last class.
        "top_k_accuracy": None if k == 2 or tied else m.top_k_accuracy_score(a, p, k=2, labels=labels),
        "log_loss": m.log_loss(a, p, labels=labels),
        "brier": m.brier_score_loss(a == 1, p[:, 1], pos_label=True) if k == 2 else m.brier_score_loss(a, p, labels=labels),
        "ece": ece(a, p),
    }


def against_rest(a, y, p, beta):
    """Of one class or label: whether it is it, whether it was taken for it, and its probability."""
    both = [False, True]
    told = 0 < a.sum() < len(a)
    return {
        "fbeta": m.fbeta_score(a, y, beta=beta, zero_division=0) if a.any() or y.any() else None,
        "roc_auc": m.roc_auc_score(a, p) if told else None,
        "pr_auc": pr_auc(a, p) if told else None,
        "average_precision": m.average_precision_score(a, p) if told else None,
        "mcc": m.matthews_corrcoef(a, y) if told else None,
        "brier": m.brier_score_loss(a, p, labels=both, pos_label=True),
        "log_loss": m.log_loss(a, p, labels=both),
    }


def class_values(seed):
    k, a, p, _ = classes_case(seed)
    of = seed // 5 % k
    return against_rest(a == of, p.argmax(1) == of, p[:, of], 0.5 if seed % 2 else 2)


def label_values(seed):
    a, p = labels_case(seed)
    of = seed // 4 % a.shape[1]
    return against_rest(a[:, of] == 1, p[:, of] >= 0.5, p[:, of], 0.5 if seed % 2 else 2)


def numbers_values(seed):
    draw = Draw(seed)
    n = 2 + draw.below(40)
    offset, noise, quantile = [0, 100, -5][seed % 3], 3 * draw(), 0.1 + 0.8 * draw()
    a = np.array([offset + 10 * (draw() - 0.5) for _ in range(n)], dtype=np.float32)
    p = np.array([float(x) + noise * (draw() - 0.5) for x in a], dtype=np.float32)
    a, p = a.astype(np.float64), p.astype(np.float64)
    return {
        "mae": m.mean_absolute_error(a, p),
        "rmse": m.root_mean_squared_error(a, p),
        "r2": m.r2_score(a, p),
        "mape": m.mean_absolute_percentage_error(a, p),
        "pinball": m.mean_pinball_loss(a, p, alpha=quantile),
    }


def labels_case(seed):
    draw = Draw(seed)
    n, k = 2 + draw.below(40), 2 + seed % 4
    a = np.array([[1 if draw() < 0.35 else 0 for _ in range(k)] for _ in range(n)])
    p = np.array([[int(10 * (draw() + 0.5 * x)) / 15 if seed % 2 else (draw() + 0.5 * x) / 1.5 for x in row] for row in a])
    return a, p


def labels_values(seed):
    a, p = labels_case(seed)
    n, k = a.shape
    y = (p >= 0.5).astype(int)
    told = [of for of in range(k) if 0 < a[:, of].sum() < n]
    over = lambda function: np.mean([function(a[:, of], p[:, of]) for of in told]) if told else None
    by_support = lambda function: np.average([function(a[:, of], p[:, of]) for of in told], weights=a.sum(0)[told]) if told else None
    micro, macro, weighted = ({"average": average, "zero_division": 0} for average in ("micro", "macro", "weighted"))
    # Of an example without a label that got none there is nothing wrong: 1.
    empty = a.sum(1) + y.sum(1) == 0
    samples = lambda function: np.mean([1 if e else function(x, z, zero_division=0) for x, z, e in zip(a, y, empty)])
    mixed = 0 < a.sum() < a.size
    return {
        "subset_accuracy": m.accuracy_score(a, y),
        "hamming_loss": m.hamming_loss(a, y),
        "micro_precision": m.precision_score(a, y, **micro),
        "micro_recall": m.recall_score(a, y, **micro),
        "micro_f1": m.f1_score(a, y, **micro),
        "macro_precision": m.precision_score(a, y, **macro),
        "macro_recall": m.recall_score(a, y, **macro),
        "macro_f1": m.f1_score(a, y, **macro),
        "weighted_precision": m.precision_score(a, y, **weighted),
        "weighted_recall": m.recall_score(a, y, **weighted),
        "weighted_f1": m.f1_score(a, y, **weighted),
        "samples_precision": samples(m.precision_score),
        "samples_recall": samples(m.recall_score),
        "samples_f1": samples(m.f1_score),
        "micro_roc_auc": m.roc_auc_score(a.ravel(), p.ravel()) if mixed else None,
        "macro_roc_auc": over(m.roc_auc_score),
        "weighted_roc_auc": by_support(m.roc_auc_score),
        "micro_average_precision": m.average_precision_score(a.ravel(), p.ravel()) if a.any() else None,
        "macro_average_precision": over(m.average_precision_score),
        "weighted_average_precision": by_support(m.average_precision_score),
    }


def boxes_case(seed):
    draw = Draw(seed)
    images = []
    for _ in range(1 + draw.below(5)):
        actual, predicted = [], []
        for _ in range(draw.below(7)):
            side = [12, 50, 150][draw.below(3)]
            box = [int(200 * draw()), int(200 * draw()), side + draw.below(12), side + draw.below(12)]
            category, crowd = 1 + draw.below(2), draw() < 0.12
            actual.append({"category": category, "box": box, "crowd": crowd})
            for _ in range(draw.below(3)):
                moved = [v + int((draw() - 0.5) * (side / 2)) for v in box]
                score = int(20 * draw()) / 20
                guess = category if draw() < 0.85 else 3 - category
                predicted.append({"category": guess, "box": moved, "score": score})
        images.append((actual, predicted))
    return images


def boxes_values(seed):
    images = boxes_case(seed)
    truth, found = [], []
    for image, (actual, predicted) in enumerate(images, 1):
        for each in actual:
            x, y, w, h = each["box"]
            area = w * h
            truth.append({"id": len(truth) + 1, "image_id": image, "category_id": each["category"], "bbox": [x, y, w, h], "area": area, "iscrowd": int(each["crowd"])})
        for each in predicted:
            found.append({"image_id": image, "category_id": each["category"], "bbox": each["box"], "score": each["score"]})
    names = ["ap", "ap50", "ap75", "ap_small", "ap_medium", "ap_large", "ar_1", "ar_10", "ar_100", "ar_small", "ar_medium", "ar_large"]
    if not truth or not found:
        return dict.fromkeys(names)
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = {"info": {}, "images": [{"id": i + 1} for i in range(len(images))], "annotations": truth, "categories": [{"id": 1}, {"id": 2}]}
        coco.createIndex()
        judged = COCOeval(coco, coco.loadRes(found), "bbox")
        judged.evaluate()
        judged.accumulate()
        judged.summarize()
    return dict(zip(names, [None if value == -1 else value for value in judged.stats]))


def table(seeds, values):
    rows = [values(seed) for seed in seeds]
    return {"names": list(rows[0]), "rows": [[nullable(value) for value in row.values()] for row in rows]}


if __name__ == "__main__":
    sizes = {"classes": 450, "numbers": 200, "labels": 200, "boxes": 150, "class": 200, "label": 100}
    first = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    makers = {"classes": classes_values, "numbers": numbers_values, "labels": labels_values, "boxes": boxes_values, "class": class_values, "label": label_values}
    made = {name: table(range(first, first + size), makers[name]) for name, size in sizes.items()}
    print(json.dumps({"scikit-learn": sklearn.__version__, "first": first, **made}, separators=(",", ":")))
