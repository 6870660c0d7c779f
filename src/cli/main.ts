#!/usr/bin/env node
import { enableCompileCache } from './compile-cache.ts';
import { endWithReader } from './lost-reader.ts';
import { createProgram } from './program.ts';
import { tellError } from './tell-error.ts';

// The command line: argv in, exit code out. Only this folder and `commands/` touch `process`.
enableCompileCache();
endWithReader([process.stdout, process.stderr]);
createProgram()
  .parseAsync(process.argv)
  .catch((error: unknown) => {
    process.exitCode = tellError(error, process.stderr);
  });
