import { DuckDBInstance } from '@duckdb/node-api';
import { parquetOptions } from '../../src/learn/data/table.ts';
import { peakMemory } from '../peak-memory.ts';
import { clock } from '../stopwatch.ts';

// node copy.mjs FROM TO HOW: copies rows, as SQL, in a DuckDB with as many threads and as much memory as a stage's, and prints
// what it took. HOW is "parquet", as DuckDB writes it where nothing is said, "parquet as outs", or "csv".

const [from, to, how] = process.argv.slice(2) as [string, string, keyof typeof ways];
const ways = { parquet: 'FORMAT parquet', 'parquet as outs': parquetOptions, csv: 'FORMAT csv, HEADER' } as const;
const options = ways[how];

const taken = clock();
const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '1GB' });
const connection = await instance.connect();
await connection.run(`COPY (SELECT * FROM ${from}) TO '${to}' (${options})`);
console.log(JSON.stringify({ ...taken(), megabytes: peakMemory() }));
