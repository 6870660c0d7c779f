/** Maps numbers of a chart's axis to places in its drawing. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  /** Round numbers within the bounds, ascending, at even distances. */
  readonly ticks: readonly number[];
  /** A tick as text, with just the decimals that tell it from its neighbours. */
  readonly format: (tick: number) => string;
  /** The place of a number, rounded to a tenth. */
  readonly at: (value: number) => number;
}

export interface ScaleOptions {
  /** Places of the lowest and the highest number. */
  readonly from: number;
  readonly to: number;
  /** About how many ticks; 5 by default. */
  readonly ticks?: number;
  /** Ticks are whole numbers. */
  readonly step?: 'whole';
  /** `tight` ends the axis at the data, `round` at the next tick; `round` by default. */
  readonly ends?: 'tight' | 'round';
}

/**
 * A linear scale over finite numbers, at least one, with ticks at multiples of 1, 2 or 5 times a power of ten.
 *
 * @see P. S. Heckbert: Nice Numbers for Graph Labels, Graphics Gems, 1990.
 */
export const linearScale = (values: readonly number[], options: ScaleOptions): Scale => {
  const { from, to, ends = 'round' } = options;
  const [least, most] = bounds(values, options);
  const step = niceStep((most - least) / (options.ticks ?? 5), options);
  const low = ends === 'round' ? Math.floor(least / step + 1e-9) * step : least;
  const high = ends === 'round' ? Math.ceil(most / step - 1e-9) * step : most;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return {
    low,
    high,
    ticks: Array.from({ length: count }, (_, index) => (first + index) * step),
    format: (tick) => formatTick(tick, step),
    at: (value) => tenth(from + ((value - low) / (high - low)) * (to - from)),
  };
};

/** A number rounded to a tenth: finer than any screen shows, and short in the page. */
export const tenth = (value: number): number => Math.round(value * 10) / 10;

const bounds = (values: readonly number[], { step }: ScaleOptions): readonly [number, number] => {
  const least = values.reduce((low, value) => Math.min(low, value), Infinity);
  const most = values.reduce((high, value) => Math.max(high, value), -Infinity);
  const size = Math.max(Math.abs(least), Math.abs(most));
  if (most - least > Math.max(1e-9 * size, 1e-300)) return [least, most];
  // Numbers that are equal, or nearly, stand in the middle of the axis: closer ticks would all read the same.
  const room = step === 'whole' || size < 1e-300 ? 1 : size / 2;
  return [least - room, most + room];
};

const niceStep = (wanted: number, { step }: ScaleOptions): number => {
  const power = 10 ** Math.floor(Math.log10(wanted));
  const share = wanted / power;
  const nice = [1, 2, 5, 10].find((candidate) => share <= candidate * 1.0001) ?? 10;
  return step === 'whole' ? Math.max(1, nice * power) : nice * power;
};

const formatTick = (tick: number, step: number): string => {
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  if (tick === 0) return '0';
  if (decimals > 5 || Math.abs(tick) >= 1e6) return String(Number(tick.toPrecision(6)).toExponential());
  return tick.toFixed(decimals);
};
