// How many rows are in another split after others have come.
import { writeFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const { STEMMA_DEP_BEFORE, STEMMA_DEP_AFTER, STEMMA_OUT_MOVED, STEMMA_METRICS } = process.env;
const connection = await (await DuckDBInstance.create()).connect();
const sql = `select count(*)::integer, (count(*) filter (before.split <> after.split))::integer
  from '${STEMMA_DEP_BEFORE}' before join '${STEMMA_DEP_AFTER}' after using (id)`;
const [[rows, moved]] = (await connection.runAndReadAll(sql)).getRows();
for (const path of [STEMMA_OUT_MOVED, STEMMA_METRICS]) writeFileSync(path, JSON.stringify({ rows, moved }));
