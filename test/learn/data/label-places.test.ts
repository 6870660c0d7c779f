import { expect, it } from 'vitest';
import { firstRow, withConnection } from '../../../src/learn/data/duckdb.ts';
import { isOther, placeIn } from '../../../src/learn/data/label-places.ts';
import { placeOf } from '../../../src/learn/data/row-keys.ts';

/** Short lists are looked through, long ones are cast to. */
const lists = [['b', "it's", 'a'], Array.from({ length: 120 }, (_, at) => `label ${119 - at}`)];

const ask = (sql: string): Promise<readonly unknown[]> =>
  withConnection((connection) => firstRow(connection, `SELECT ${sql}`));

const spelled = (label: string | null): string =>
  label === null ? 'NULL::VARCHAR' : `'${label.replaceAll("'", "''")}'`;

it('finds the place of each label, and none of other texts and missing ones', async () => {
  for (const labels of lists) {
    const texts = [...labels, 'other', null];
    const places = await ask(texts.map((text) => placeIn(spelled(text), labels)).join(', '));
    expect(places).toEqual([...labels.keys(), -1, -1]);
  }
  expect(await ask(placeIn(`'a'`, []))).toEqual([-1]);
});

it('tells texts that are no label, and says nothing of missing ones', async () => {
  for (const labels of lists) {
    const [label, other, none] = [labels[1] as string, 'other', null].map((text) => isOther(spelled(text), labels));
    expect(await ask([label, other, none].join(', '))).toEqual([false, true, null]);
  }
  expect(await ask(`${isOther(`'a'`, [])}, ${isOther('NULL::VARCHAR', [])}`)).toEqual([true, false]);
});

it('ends the query at a label that is not there, where each must be', async () => {
  for (const labels of lists) {
    expect(await ask(`${placeOf(spelled(labels[2] as string), labels)}, ${placeOf('NULL::VARCHAR', labels)}`)).toEqual([
      2, -1,
    ]);
    await expect(ask(placeOf(`'other'`, labels))).rejects.toThrow('no such label');
  }
});
