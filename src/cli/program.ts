import { Command } from 'commander';
import { stemmaVersion } from '../run/record.ts';
import { addBackends } from './backends.ts';
import { addLineage } from './lineage.ts';
import { addPlanning } from './planning.ts';
import { addProfiling } from './profiling.ts';
import { addProject } from './project.ts';
import { addRunning } from './running.ts';
import { addServing } from './serving.ts';

/** The commands and their options, a file a group. Each command's code is loaded when it is called. */
export const createProgram = (): Command => {
  const program = new Command('stemma')
    .description('Runs deep-learning pipelines: only what changed, with the lineage of every artifact')
    .version(stemmaVersion())
    .showSuggestionAfterError()
    .exitOverride();
  addRunning(program);
  addPlanning(program);
  addLineage(program);
  addProfiling(program);
  addServing(program);
  addBackends(program);
  addProject(program);
  // Every sub-command reports its own misuse the same way.
  for (const command of program.commands) command.exitOverride();
  return program;
};
