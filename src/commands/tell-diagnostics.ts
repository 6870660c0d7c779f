import { diagnosticsAsJson } from '../diagnostics/json.ts';
import { renderDiagnostics } from '../diagnostics/render.ts';
import type { Diagnostic } from '../types/diagnostic.ts';
import { useColor } from './terminal.ts';

/** Prints diagnostics: for people on stderr, for programs as JSON on stdout. */
export const tellDiagnostics = (diagnostics: readonly Diagnostic[], options: { readonly json?: boolean }): void => {
  if (diagnostics.length === 0) return;
  if (options.json)
    process.stdout.write(`${JSON.stringify({ type: 'diagnostics', diagnostics: diagnosticsAsJson(diagnostics) })}\n`);
  else process.stderr.write(renderDiagnostics(diagnostics, { color: useColor(process.stderr) }));
};
