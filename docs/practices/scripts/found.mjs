// How many of the labels that are wrong were found, and how many of those found are wrong.
import { readFileSync, writeFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const { STEMMA_DEP_EXAMPLES, STEMMA_DEP_FINDINGS, STEMMA_DEP_MISTAKEN, STEMMA_OUT_FOUND, STEMMA_METRICS } = process.env;
const connection = await (await DuckDBInstance.create()).connect();
const column = async (sql) => (await connection.runAndReadAll(sql)).getRows().map(([value]) => value);
const shards = `read_parquet('${STEMMA_DEP_EXAMPLES}/**/*.parquet')`;
const ids = await column(`select __id from ${shards} order by file_index, file_row_number`);
const found = await column(`select id from '${STEMMA_DEP_FINDINGS}' order by rank`);
const wrong = new Set(
  readFileSync(STEMMA_DEP_MISTAKEN, 'utf8')
    .trim()
    .split('\n')
    .map((row) => ids[Number(row)]),
);
const hits = found.filter((id) => wrong.has(id)).length;
const result = { wrong: wrong.size, found: found.length, precision: hits / found.length, recall: hits / wrong.size };
for (const path of [STEMMA_OUT_FOUND, STEMMA_METRICS]) writeFileSync(path, JSON.stringify(result));
