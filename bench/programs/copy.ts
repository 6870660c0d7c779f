import { DuckDBInstance } from '@duckdb/node-api';
import { peakMemory } from '../peak-memory.ts';

// node copy.mjs SQL: runs one statement in a DuckDB with as many threads and as much memory as a stage's, and prints
// what it took.

const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '1GB' });
const connection = await instance.connect();
const started = performance.now();
await connection.run(process.argv[2] as string);
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ seconds, processor: (user + system) / 1e6, megabytes: peakMemory() }));
