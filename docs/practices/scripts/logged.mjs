// What the log of a training says of it: its rows, and by what share of their length a step changed the weights.
import { writeFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const { STEMMA_DEP_STEPS, STEMMA_OUT_LOGGED, STEMMA_METRICS } = process.env;
const connection = await (await DuckDBInstance.create()).connect();
const sql = `select count(*)::integer, median(update_ratio)::double, max(update_ratio)::double from '${STEMMA_DEP_STEPS}'`;
const [[rows, median, most]] = (await connection.runAndReadAll(sql)).getRows();
for (const path of [STEMMA_OUT_LOGGED, STEMMA_METRICS]) writeFileSync(path, JSON.stringify({ rows, median, most }));
