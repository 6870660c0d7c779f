import { expect, it } from 'vitest';
import type { Answer } from '../../../src/learn/serving/answer.ts';
import { createQueue } from '../../../src/learn/serving/http/queue.ts';

type Features = Parameters<ReturnType<typeof createQueue>['ask']>[0];

const featuresOf = (...values: readonly number[]): Features => ({
  ...{ rows: values.length, featureShape: [1], features: Float32Array.from(values) },
});

/** A model that answers each row with its value, once it is let. */
const heldModel = () => {
  const batches: number[][] = [];
  const releases: (() => void)[] = [];
  const answer = async ({ features }: Features): Promise<Answer[]> => {
    batches.push([...features]);
    await new Promise<void>((resolve) => releases.push(resolve));
    if (features.includes(13)) throw new RangeError('thirteen');
    return Array.from(features, (predicted) => ({ predicted }));
  };
  return { batches, answer, release: (): void => releases.shift()?.() };
};

it('asks at once, then together about all that has come meanwhile, but never about too many', async () => {
  const { batches, answer, release } = heldModel();
  const queue = createQueue(answer, 3);
  const asked = [[1], [2, 3], [4], [5], [6, 7, 8, 9]].map((values) => queue.ask(featuresOf(...values)));
  expect(batches).toEqual([[1]]);
  for (const wanted of [[[1]], [[2, 3], [4]], [[5]], [[6, 7, 8, 9]]]) {
    release();
    const answers = await Promise.all(asked.splice(0, wanted.length));
    expect(answers.map((each) => each.map(({ predicted }) => predicted))).toEqual(wanted);
    await Promise.resolve();
  }
  expect(batches).toEqual([[1], [2, 3, 4], [5], [6, 7, 8, 9]]);
  expect(queue.asked()).toBe(4);
});

it('goes on after a failure, which only those hear of who were asked about with it', async () => {
  const { answer, release } = heldModel();
  const queue = createQueue(answer, 10);
  const [first, second] = [queue.ask(featuresOf(1)), queue.ask(featuresOf(13))];
  release();
  expect(await first).toEqual([{ predicted: 1 }]);
  const told = expect(second).rejects.toThrow('thirteen');
  release();
  await told;
  const third = queue.ask(featuresOf(2));
  release();
  expect(await third).toEqual([{ predicted: 2 }]);
});
