import { expect, it } from 'vitest';
import { nearestPoints, neighbourProbabilities } from '../../../src/learn/linear/neighbours.ts';
import { stream } from '../../../src/learn/random.ts';

const random = stream(2);
const columns = 37;
const matrix = (rows: number) => ({
  values: Float32Array.from({ length: rows * columns }, () => random.int(4)),
  rows,
  columns,
});
const [points, queries] = [matrix(300), matrix(40)];

it('the nearest points are those that looking at all distances gives', () => {
  const found = nearestPoints(points, queries, 6);
  for (let query = 0; query < queries.rows; query += 1) {
    const squared = Array.from({ length: points.rows }, (_, point) => {
      let sum = 0;
      for (let c = 0; c < columns; c += 1) {
        sum += (points.values[point * columns + c]! - queries.values[query * columns + c]!) ** 2;
      }
      return sum;
    });
    const wanted = [...squared.keys()].sort((a, b) => squared[a]! - squared[b]! || a - b).slice(0, 6);
    expect([...found.subarray(6 * query, 6 * query + 6)]).toEqual(wanted);
  }
});

it('probabilities are votes, none of them 0, and sum to 1', () => {
  const three = { values: Float64Array.of(0, 1, 10), rows: 3, columns: 1 };
  const query = { values: Float64Array.of(0.4), rows: 1, columns: 1 };
  const found = neighbourProbabilities({ points: three, targets: [0, 1, 1], classes: 2, neighbours: 2 }, query);
  expect([...found]).toEqual([0.5, 0.5]);
  const one = neighbourProbabilities({ points: three, targets: [0, 1, 1], classes: 2, neighbours: 1 }, query);
  expect([...one]).toEqual([0.75, 0.25]);
});

it('refuses more neighbours than points, and other columns', () => {
  const classifier = { points, targets: new Uint8Array(300), classes: 2, neighbours: 301 };
  expect(() => neighbourProbabilities(classifier, queries)).toThrow('301 neighbours');
  const narrow = { values: Float64Array.of(1), rows: 1, columns: 1 };
  expect(() => neighbourProbabilities({ ...classifier, neighbours: 3 }, narrow)).toThrow('1 columns');
});
