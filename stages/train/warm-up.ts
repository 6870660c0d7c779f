/** Some steps that were timed together. */
export interface Block {
  readonly steps: number;
  /** Of the steps. */
  readonly seconds: number;
}

/**
 * Of the blocks of a rehearsal, those that tell what a step takes; undefined while there are too few.
 *
 * At first steps become faster from block to block, as engines compile what they meet often: on wasm over some 40
 * steps. So a block counts only after these, once it was no longer a tenth faster than the one before, or when waiting for that would
 * take longer than it is worth. Of steps that take no time as many count as make 2 seconds, since some of them wait for
 * memory to be freed, or for another program; at most 200, and of slow ones 20.
 */
export const timedBlocks = <Of extends Block>(blocks: readonly Of[]): readonly Of[] | undefined => {
  const first = blocks.findIndex((_, index) => isWarm(blocks.slice(0, index)));
  if (first === -1) return undefined;
  const timed = blocks.slice(first);
  return isEnough(stepsOf(timed), secondsOf(timed)) ? timed : undefined;
};

const isEnough = (steps: number, seconds: number): boolean => steps >= 200 || (steps >= 20 && seconds >= 2);

const warmUp = { leastSteps: 40, mostSteps: 100, mostSeconds: 10 };

const isWarm = (blocks: readonly Block[]): boolean => {
  const [before, last] = [blocks.at(-2), blocks.at(-1)];
  if (last === undefined) return false;
  if (stepsOf(blocks) >= warmUp.mostSteps || secondsOf(blocks) >= warmUp.mostSeconds) return true;
  if (stepsOf(blocks) < warmUp.leastSteps) return false;
  return before !== undefined && last.seconds / last.steps > 0.9 * (before.seconds / before.steps);
};

const stepsOf = (blocks: readonly Block[]): number => blocks.reduce((sum, { steps }) => sum + steps, 0);
const secondsOf = (blocks: readonly Block[]): number => blocks.reduce((sum, { seconds }) => sum + seconds, 0);
