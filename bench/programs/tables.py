"""python tables.py LIBRARY STAGE FOLDER CSV: does the work of one stage, and prints what it took.

LIBRARY is polars or pandas (with scikit-learn); FOLDER holds what each stage hands on to the next.
"""

import json
import resource
import sys
import time
from pathlib import Path

library, stage, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
csv = sys.argv[4]
numbers = ["height", "income", "age", "score"]
labels = ["shop", "region"]
parts = ["train", "validation", "test"]


def at(name: str) -> Path:
    return folder / f"{library}-{name}.parquet"


def polars_stage() -> None:
    import polars as pl

    if stage == "ingest":
        pl.read_csv(csv, try_parse_dates=True).write_parquet(at("ingest"))
    elif stage == "clean":
        rows = pl.read_parquet(at("ingest"))
        rows = rows.with_columns(
            pl.col("region").replace("unknown", "north"),
            pl.col("income").clip(upper_bound=19),
            pl.col("height", "age").fill_null(0),
        )
        rows.unique(maintain_order=True, keep="first").write_parquet(at("clean"))
    elif stage == "split":
        rows = pl.read_parquet(at("clean")).with_row_index("__row")
        shuffled = rows.sample(fraction=1.0, shuffle=True, seed=1337)
        place = shuffled.with_columns(
            (pl.int_range(pl.len()).over("region") / pl.len().over("region")).alias("__share")
        ).sort("__row")
        share = pl.col("__share")
        for name, which in zip(parts, [share >= 0.3, (share >= 0.2) & (share < 0.3), share < 0.2]):
            place.filter(which).drop("__row", "__share").write_parquet(at(name))
    else:
        train = pl.read_parquet(at("train"))
        scale = {name: (train[name].mean(), train[name].std(ddof=0)) for name in numbers}
        known = {name: train[name].unique().sort().to_list() for name in labels}
        for name in parts:
            rows = pl.read_parquet(at(name))
            angle = (pl.col("day").dt.ordinal_day() - 1) * (2 * 3.141592653589793 / 365.25)
            rows.select(
                *[((pl.col(c) - m) / s).cast(pl.Float32) for c, (m, s) in scale.items()],
                *[(pl.col(c) == v).cast(pl.UInt8).alias(f"{c}={v}") for c in labels for v in known[c]],
                pl.col("day").dt.year().cast(pl.Float32).alias("year"),
                pl.col("day").dt.month().cast(pl.Float32).alias("month"),
                pl.col("day").dt.day().cast(pl.Float32).alias("date"),
                pl.col("day").dt.weekday().cast(pl.Float32).alias("weekday"),
                angle.sin().cast(pl.Float32).alias("sin"),
                angle.cos().cast(pl.Float32).alias("cos"),
                pl.col("stars"),
            ).write_parquet(at(f"normalized-{name}"))


def pandas_stage() -> None:
    import numpy as np
    import pandas as pd

    if stage == "ingest":
        pd.read_csv(csv, parse_dates=["day"]).to_parquet(at("ingest"))
    elif stage == "clean":
        rows = pd.read_parquet(at("ingest"))
        rows["region"] = rows["region"].replace("unknown", "north")
        rows["income"] = rows["income"].clip(upper=19)
        rows = rows.fillna({"height": 0, "age": 0})
        rows.drop_duplicates().to_parquet(at("clean"))
    elif stage == "split":
        from sklearn.model_selection import train_test_split

        rows = pd.read_parquet(at("clean"))
        rest, test = train_test_split(rows, test_size=0.2, random_state=1337, stratify=rows["region"])
        train, validation = train_test_split(rest, test_size=0.125, random_state=1337, stratify=rest["region"])
        for name, part in zip(parts, [train, validation, test]):
            part.to_parquet(at(name))
    else:
        from sklearn.preprocessing import OneHotEncoder, StandardScaler

        train = pd.read_parquet(at("train"))
        scaler = StandardScaler().fit(train[numbers])
        encoder = OneHotEncoder(sparse_output=False, dtype=np.uint8, handle_unknown="ignore").fit(train[labels])
        for name in parts:
            rows = pd.read_parquet(at(name))
            out = pd.DataFrame(scaler.transform(rows[numbers]).astype(np.float32), columns=numbers, index=rows.index)
            flags = pd.DataFrame(encoder.transform(rows[labels]), columns=encoder.get_feature_names_out(), index=rows.index)
            day = rows["day"].dt
            angle = (day.dayofyear - 1) * (2 * np.pi / 365.25)
            dates = {"year": day.year, "month": day.month, "date": day.day, "weekday": day.weekday + 1}
            dates = pd.DataFrame({**dates, "sin": np.sin(angle), "cos": np.cos(angle)}).astype(np.float32)
            pd.concat([out, flags, dates, rows["stars"]], axis=1).to_parquet(at(f"normalized-{name}"))


# Imports take no part in the seconds.
for name in {"polars": ["polars"], "pandas": ["pandas", "sklearn.preprocessing", "sklearn.model_selection"]}[library]:
    __import__(name)

before = resource.getrusage(resource.RUSAGE_SELF)
started = time.perf_counter()
polars_stage() if library == "polars" else pandas_stage()
seconds = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"seconds": seconds, "processor": peak.ru_utime + peak.ru_stime - before.ru_utime - before.ru_stime, "megabytes": peak.ru_maxrss * 1024 / 1e6}))
