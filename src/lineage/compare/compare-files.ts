import { type Bytes, concatBytes, withFiles } from './bytes.ts';
import { compareBytes } from './compare-bytes.ts';
import { compareJson } from './compare-json.ts';
import { compareParquet } from './compare-parquet.ts';
import { compareTensors } from './compare-tensors.ts';
import { compareText, isText } from './compare-text.ts';
import type { Difference, Pair } from './difference.ts';
import type { WeightsGroup } from './layers-model.ts';
import { readSafetensors } from './safetensors.ts';

/**
 * The first difference of two files, told as their format lets it be told: by the ending of `name`, else by what is in
 * them. Undefined where their bytes are the same. Paths are absolute.
 */
export const compareFiles = async (name: string, files: Pair<string>): Promise<Difference | undefined> => {
  const isParquet = (file: string) =>
    withFiles([file], (bytes) => Buffer.from(bytes!.read(0, 4)).toString() === 'PAR1');
  if (!isParquet(files.recorded) || !isParquet(files.replayed)) return comparePlain(name, files);
  const found = await compareParquet(files);
  return found ?? withPair(files, (pair) => compareBytes(pair, 'all cells'));
};

/** As `compareFiles`, for the weights of a model: several files one after the other, and what lies where in each. */
export const compareWeights = (files: Pair<readonly string[]>, groups: Pair<WeightsGroup>): Difference | undefined => {
  const joined = (list: readonly string[], work: (bytes: Bytes) => Difference | undefined) =>
    withFiles(list, (...parts) => work(concatBytes(parts)));
  return joined(files.recorded, (recorded) =>
    joined(files.replayed, (replayed) => {
      const tensors = {
        recorded: { bytes: recorded, places: groups.recorded.places },
        replayed: { bytes: replayed, places: groups.replayed.places },
      };
      return compareTensors(tensors) ?? compareBytes({ recorded, replayed }, 'all weights');
    }),
  );
};

const comparePlain = (name: string, files: Pair<string>): Difference | undefined =>
  withPair(files, (pair) => {
    if (name.endsWith('.safetensors')) return compareSafetensors(pair);
    if (!isText(pair.recorded) || !isText(pair.replayed)) return compareBytes(pair);
    const json = name.endsWith('.json') ? compareJson(pair) : 'no JSON';
    return typeof json === 'object' ? json : compareText(pair);
  });

const compareSafetensors = (pair: Pair<Bytes>): Difference | undefined => {
  const [recorded, replayed] = [readSafetensors(pair.recorded), readSafetensors(pair.replayed)];
  if (recorded === undefined || replayed === undefined) return compareBytes(pair);
  return compareTensors({ recorded, replayed }) ?? compareBytes(pair, 'all tensors');
};

const withPair = <Value>({ recorded, replayed }: Pair<string>, work: (pair: Pair<Bytes>) => Value): Value =>
  withFiles([recorded, replayed], (a, b) => work({ recorded: a!, replayed: b! }));
