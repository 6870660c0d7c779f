"""Makes golden.json, the rates of Keras's and PyTorch's schedules: python3 test/learn/training/schedules/golden.py > test/learn/training/schedules/golden.json

Each case has our params, the steps of an epoch, the horizon in epochs, and the share of the peak in each step.
"""

import json
import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import torch

PEAK = 0.4
EPOCH = 7
HORIZON = 6
STEPS = EPOCH * HORIZON
schedules = keras.optimizers.schedules


def of_keras(schedule, steps=STEPS + 8):
    return [float(schedule(step)) / PEAK for step in range(steps)]


def of_torch(make, steps=STEPS, peak=PEAK):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=peak, momentum=0.9)
    schedule = make(optimizer)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"] / PEAK)
        optimizer.step()
        schedule.step()
    return rates


def plateau(values, **options):
    """The share in each epoch, and after the last one, of Keras's callback fed these losses."""
    callback = keras.callbacks.ReduceLROnPlateau(monitor="val_loss", **options)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(PEAK))
    callback.set_model(model)
    callback.on_train_begin()
    shares = [1.0]
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {"val_loss": value})
        shares.append(float(model.optimizer.learning_rate) / PEAK)
    return shares


exponential = {"name": "exponential", "decay_rate": 0.6, "decay_epochs": 2}
cyclic = {"base_lr": 0.1 * PEAK, "max_lr": PEAK, "step_size_up": 14, "cycle_momentum": False}
lr = torch.optim.lr_scheduler
cases = [
    (exponential, of_keras(schedules.ExponentialDecay(PEAK, 14, 0.6))),
    ({**exponential, "staircase": True}, of_keras(schedules.ExponentialDecay(PEAK, 14, 0.6, staircase=True))),
    ({"name": "step", "decay_rate": 0.3, "decay_epochs": 2}, of_torch(lambda o: lr.StepLR(o, 14, 0.3))),
    ({"name": "polynomial"}, of_keras(schedules.PolynomialDecay(PEAK, STEPS, 0.0))),
    ({"name": "polynomial", "power": 2.5, "alpha": 0.1}, of_keras(schedules.PolynomialDecay(PEAK, STEPS, 0.1 * PEAK, power=2.5))),
    ({"name": "polynomial", "power": 2, "alpha": 0.1, "cycle": True}, of_keras(schedules.PolynomialDecay(PEAK, STEPS, 0.1 * PEAK, power=2, cycle=True))),
    ({"name": "cosine"}, of_keras(schedules.CosineDecay(PEAK, STEPS))),
    ({"name": "cosine", "alpha": 0.2}, of_keras(schedules.CosineDecay(PEAK, STEPS, alpha=0.2))),
    ({"name": "cosine_restarts"}, of_keras(schedules.CosineDecayRestarts(PEAK, EPOCH))),
    ({"name": "cosine_restarts", "t_mul": 1, "m_mul": 0.5, "alpha": 0.1, "first_epochs": 2}, of_keras(schedules.CosineDecayRestarts(PEAK, 14, t_mul=1.0, m_mul=0.5, alpha=0.1))),
    ({"name": "cosine_restarts", "t_mul": 1.5, "m_mul": 0.8}, of_keras(schedules.CosineDecayRestarts(PEAK, EPOCH, t_mul=1.5, m_mul=0.8))),
    ({"name": "cyclical", "alpha": 0.1}, of_torch(lambda o: lr.CyclicLR(o, **cyclic), 100)),
    ({"name": "cyclical", "alpha": 0.1, "mode": "triangular2"}, of_torch(lambda o: lr.CyclicLR(o, mode="triangular2", **cyclic), 100)),
    ({"name": "cyclical", "alpha": 0.1, "mode": "exp_range", "gamma": 0.98}, of_torch(lambda o: lr.CyclicLR(o, mode="exp_range", gamma=0.98, **cyclic), 100)),
    ({"name": "one_cycle"}, of_torch(lambda o: lr.OneCycleLR(o, PEAK, total_steps=STEPS))),
    ({"name": "one_cycle", "pct_start": 0.2, "div_factor": 10, "final_div_factor": 100, "anneal_strategy": "linear"}, of_torch(lambda o: lr.OneCycleLR(o, PEAK, total_steps=STEPS, pct_start=0.2, div_factor=10, final_div_factor=100, anneal_strategy="linear"))),
    ({"name": "one_cycle", "pct_start": 0.4, "three_phase": True}, of_torch(lambda o: lr.OneCycleLR(o, PEAK, total_steps=STEPS, pct_start=0.4, three_phase=True))),
]
warm = of_keras(schedules.CosineDecay(0.0, STEPS - 8, alpha=0.1, warmup_target=PEAK, warmup_steps=8))
losses = [1.0, 0.8, 0.8, 0.79995, 0.8, 0.7, 0.71, 0.72, 0.73, 0.74, 0.75, 0.76, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6]
accuracies = [1 - value for value in losses]
print(
    json.dumps(
        {
            "keras": keras.__version__,
            "torch": torch.__version__,
            "stepsPerEpoch": EPOCH,
            "horizon": HORIZON,
            "cases": [{"params": params, "shares": shares} for params, shares in cases],
            # Keras's warm-up stands at 0 in its first step, and reaches the peak a step later.
            "warmCosine": {"params": {"name": "cosine", "alpha": 0.1, "warmup": 8 / STEPS}, "shares": warm},
            "plateaus": [
                {"params": params, "mode": mode, "values": values, "shares": plateau(values, mode=mode, **options)}
                for params, mode, values, options in [
                    ({}, "min", losses, {}),
                    ({"patience": 3}, "min", losses, {"patience": 3}),
                    ({"patience": 2, "factor": 0.5, "cooldown": 2}, "min", losses, {"patience": 2, "factor": 0.5, "cooldown": 2}),
                    ({"patience": 1, "factor": 0.5, "alpha": 0.1}, "min", losses, {"patience": 1, "factor": 0.5, "min_lr": 0.1 * PEAK}),
                    ({"patience": 2, "min_delta": 0.15}, "max", accuracies, {"patience": 2, "min_delta": 0.15}),
                ]
            ],
        }
    )
)
