import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type AgainstRest,
  againstRest,
  classAgainstRest,
  labelAgainstRest,
  type OneClass,
} from '../../../src/learn/metrics/against-rest.ts';
import { classIntervals } from '../../../src/learn/metrics/class-intervals.ts';
import { classSet } from '../../../src/learn/metrics/class-set.ts';
import { detectionValues } from '../../../src/learn/metrics/detection.ts';
import { judgeLabels } from '../../../src/learn/metrics/label-set.ts';
import { labelValues } from '../../../src/learn/metrics/multi-label.ts';
import {
  type ClassMetricName,
  type LabelMetricName,
  labelMetricNames,
  metricNames,
  type NumberMetricName,
} from '../../../src/learn/metrics/names.ts';
import { numberValues } from '../../../src/learn/metrics/regression.ts';
// What scikit-learn and pycocotools give; cases.py beside it made them.
import golden from './cases.json' with { type: 'json' };
import { boxesCase, classesCase, labelsCase, numbersCase } from './cases.ts';

type Golden = typeof golden;

/** Places where a case differs, in words. */
const differences = (
  { names, rows }: { names: string[]; rows: (number | null)[][] },
  first: number,
  valuesOf: (seed: number) => readonly (number | null)[],
): string[] =>
  rows.flatMap((expected, at) => {
    const found = valuesOf(first + at);
    return names.flatMap((name, of) => {
      const [wanted, value] = [expected[of]!, found[of]!];
      // Of equal probabilities scikit-learn prefers the last class, and of two classes has no top-k.
      if (name === 'top_k_accuracy' && wanted === null) return [];
      const known = value === null || Number.isNaN(value) ? null : value;
      const isClose =
        wanted === null || known === null
          ? wanted === known
          : Math.abs(known - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));
      return isClose ? [] : [`seed ${first + at}: ${name} is ${known}, not ${wanted}`];
    });
  });

const suite = (given: () => Golden): void => {
  it('classes', () => {
    const { classes, first } = given();
    const names = classes.names as ClassMetricName[];
    const found = differences(classes, first, (seed) => {
      const { set, settings } = classesCase(seed);
      const intervals = classIntervals(classSet(set), names, { settings, seed, resamples: 40 });
      for (const interval of intervals)
        if (interval !== null) {
          expect(interval.low).toBeLessThanOrEqual(interval.value);
          expect(interval.high).toBeGreaterThanOrEqual(interval.value);
        }
      return intervals.map((interval) => interval?.value ?? null);
    });
    expect(found).toEqual([]);
  });

  it('numbers', () => {
    const { numbers, first } = given();
    const names = numbers.names as NumberMetricName[];
    const found = differences(numbers, first, (seed) => {
      const { quantile, ...set } = numbersCase(seed);
      return numberValues(set, names, { quantile });
    });
    expect(found).toEqual([]);
  });

  it('several labels', () => {
    const { labels, first } = given();
    const names = labels.names as LabelMetricName[];
    expect(differences(labels, first, (seed) => labelValues(labelsCase(seed), names))).toEqual([]);
  });

  it('one class or label against the rest', () => {
    const { class: ofClasses, label: ofLabels, first } = given();
    const valuesOf = (of: OneClass, seed: number): (number | null)[] => {
      const [found] = againstRest([of], { beta: seed % 2 === 1 ? 0.5 : 2, seed, resamples: 40 });
      return ofClasses.names.map((name) => {
        const interval = found![name as keyof AgainstRest];
        if (interval === null) return null;
        expect(interval.low).toBeLessThanOrEqual(interval.value);
        expect(interval.high).toBeGreaterThanOrEqual(interval.value);
        return interval.value;
      });
    };
    const classes = differences(ofClasses, first, (seed) => {
      const set = classSet(classesCase(seed).set);
      return valuesOf(classAgainstRest(set, Math.floor(seed / 5) % set.classes), seed);
    });
    const labels = differences(ofLabels, first, (seed) => {
      const set = judgeLabels(labelsCase(seed));
      return valuesOf(labelAgainstRest(set, Math.floor(seed / 4) % set.labels), seed);
    });
    expect([...classes, ...labels]).toEqual([]);
  });

  it('boxes', () => {
    const { boxes, first } = given();
    const found = differences(boxes, first, (seed) => {
      const images = boxesCase(seed);
      const isNothing =
        images.every(({ actual }) => actual.length === 0) || images.every(({ predicted }) => predicted.length === 0);
      return isNothing ? boxes.names.map(() => null) : Object.values(detectionValues(images));
    });
    expect(found).toEqual([]);
  });
};

describe('1,000 random cases are as scikit-learn and pycocotools have them', () => {
  suite(() => golden);

  it('all metrics that can be asked for, and more', () => {
    const { classes, numbers, labels, boxes } = golden;
    expect(new Set([...classes.names, ...numbers.names, ...labels.names])).toEqual(new Set(metricNames));
    expect(new Set(labels.names)).toEqual(new Set(labelMetricNames));
    expect([classes, numbers, labels, boxes].reduce((sum, { rows }) => sum + rows.length, 0)).toBe(1000);
  });
});

const python = process.env['STEMMA_TEST_SKLEARN'];
if (python === undefined) {
  console.log('STEMMA_TEST_SKLEARN names no Python with scikit-learn and pycocotools: no other cases are tried');
}

describe.skipIf(python === undefined)('1,300 other cases, against a live scikit-learn and pycocotools', () => {
  let live: Golden;
  beforeAll(async () => {
    const script = join(import.meta.dirname, 'cases.py');
    const { stdout } = await promisify(execFile)(python as string, [script, '5000'], { maxBuffer: 1e8 });
    live = JSON.parse(stdout) as Golden;
  }, 600_000);
  suite(() => live);
});
