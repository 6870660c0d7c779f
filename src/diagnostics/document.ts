import { catalogue } from './catalogue.ts';
import type { CatalogueEntry } from './catalogue-entry.ts';

/** docs/diagnostics.md: every code, sorted, with what it means and what to write instead. */
export const renderCatalogue = (): string => {
  const codes = Object.entries(catalogue).sort(([a], [b]) => (a < b ? -1 : 1));
  const entries = codes.map(([code, entry]) => renderEntry(code, entry));
  return `${[introduction, ...entries].join('\n\n')}\n`;
};

const introduction = `<!-- Made from src/diagnostics/catalogue.ts by \`npm run generate\`. -->

# Diagnostics

Stemma tells all mistakes in a pipeline at once, before anything runs, and exits with 2.
Each has a code that stays the same, the place in the file, what was expected and what was found, and a hint where there is one:

    error[unknown-param]: stage "train" has no param "patiense"
      pipelines/typo.json:19:90
        "early_stopping": { "monitor": "val_loss", "patiense": 5 }
                                                   ~~~~~~~~~~
    hint: did you mean "patience"?

The place of a mistake in \`--set\` or \`--backend\` is the command line. A mistake that certainly follows from another one is not told.`;

const renderEntry = (code: string, { title, explanation, example, instead }: CatalogueEntry): string =>
  [`## ${code}`, `${title}. ${explanation}`, `    ${example}`, 'Instead:', `    ${instead}`].join('\n\n');
