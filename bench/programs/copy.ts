import { DuckDBInstance } from '@duckdb/node-api';
import { parquetOptions } from '../../src/learn/data/table.ts';
import { peakMemory } from '../peak-memory.ts';
import { clock } from '../stopwatch.ts';

// node copy.mjs FROM TO: copies rows, as SQL, in a DuckDB with as many threads and as much memory as a stage's, and prints
// what it took. A Parquet file is written as stages write theirs; what has another ending becomes a CSV.

const [from, to] = process.argv.slice(2) as [string, string];
const options = to.endsWith('.parquet') ? parquetOptions : 'FORMAT csv, HEADER';

const taken = clock();
const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '1GB' });
const connection = await instance.connect();
await connection.run(`COPY (SELECT * FROM ${from}) TO '${to}' (${options})`);
console.log(JSON.stringify({ ...taken(), megabytes: peakMemory() }));
