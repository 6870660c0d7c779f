import type { Command } from 'commander';
import type { AuditOptions } from '../commands/audit.ts';
import { collect } from './options.ts';

export const addAudit = (program: Command): void => {
  program
    .command('audit')
    .description('hash everything again and hold it against the records: outs, store, history, inputs')
    .option('--head <digest>', 'hold the history against the head of it that was written down elsewhere', collect, [])
    .option('--json', 'print JSON on stdout, for programs')
    .action(async (options: AuditOptions) => {
      const { audit } = await import('../commands/audit.ts');
      process.exitCode = await audit(options);
    });
};
