import { describe, expect, it } from 'vitest';
import { diagnosticsAsJson } from '../../src/diagnostics/json.ts';
import { renderDiagnostics } from '../../src/diagnostics/render.ts';
import type { Diagnostic, Place } from '../../src/types/diagnostic.ts';

const at = (text: string, marked: string): Place => ({
  file: 'pipelines/typo.json',
  line: 19,
  column: text.indexOf(marked) + 1,
  text,
  length: marked.length,
});

const typo = (place: Place): Diagnostic => ({
  code: 'unknown-param',
  severity: 'error',
  message: 'stage "train" has no param "patiense"',
  place,
  hint: 'did you mean "patience"?',
});

const linesOf = (place: Place): readonly string[] => renderDiagnostics([typo(place)]).split('\n');

describe('a diagnostic for people', () => {
  it('has code, place, line and hint', () => {
    const line = '      "early_stopping": { "monitor": "val_loss", "patiense": 5 }';
    expect(
      renderDiagnostics([typo(at(line, '"patiense"'))]),
    ).toBe(`error[unknown-param]: stage "train" has no param "patiense"
  pipelines/typo.json:19:50
    "early_stopping": { "monitor": "val_loss", "patiense": 5 }
                                               ~~~~~~~~~~
hint: did you mean "patience"?

1 error
`);
  });

  it('says the same without colour', () => {
    const diagnostics = [typo(at('{ "patiense": 5 }', '"patiense"'))];
    const colored = renderDiagnostics(diagnostics, { color: true });
    expect(colored).toContain('\u001b[');
    expect(colored.replace(/\u001b\[[\d;]*m/g, '')).toBe(renderDiagnostics(diagnostics));
  });

  it('shows of a long line what is around the place', () => {
    const line = `{ ${'"a": 1, '.repeat(200_000)}"patiense": 5${', "b": 1'.repeat(200_000)} }`;
    const [, , text, mark] = linesOf(at(line, '"patiense"'));
    expect(text!.length).toBeLessThan(120);
    expect(text!.slice(mark!.indexOf('~'), mark!.lastIndexOf('~') + 1)).toBe('"patiense"');
  });

  it('marks the right characters after tabs, wide and combining ones', () => {
    const [, , text, mark] = linesOf(at('\t{ "日本":\t1, "e\u0301": 2, "😀": 3, "patiense": 5 }', '"patiense"'));
    expect(text).toBe('    { "日本": 1, "e\u0301": 2, "😀": 3, "patiense": 5 }');
    const columns = '{ "日本": 1, "é": 2, "😀": 3, '.normalize('NFC').length + 2;
    expect(mark).toBe(`    ${' '.repeat(columns)}${'~'.repeat(10)}`);
  });

  it('shows no control characters', () => {
    const [, , text] = linesOf(at('{ "\u001b[2J\u202e": 1, "patiense": 5 }', '"patiense"'));
    expect(text).toBe('    { "�[2J�": 1, "patiense": 5 }');
  });

  it('marks at least one character, also at the end of a line', () => {
    const [, , , mark] = linesOf({ file: 'x', line: 1, column: 3, text: '{}', length: 1 });
    expect(mark).toBe('      ~');
  });

  it('is counted', () => {
    const diagnostics = Array.from({ length: 3 }, () => typo(at('x', 'x')));
    expect(renderDiagnostics(diagnostics, { limit: 2 })).toMatch(/\n\n3 errors; 1 of them not shown\n$/);
    expect(renderDiagnostics([{ ...diagnostics[0]!, severity: 'warning' }, diagnostics[1]!])).toMatch(
      /1 error, 1 warning\n$/,
    );
  });
});

it('a diagnostic for programs keeps its place, without a line that is too long', () => {
  const short = typo(at('{ "patiense": 5 }', '"patiense"'));
  const long = typo(at(`{ "patiense": 5, ${' '.repeat(1000)} }`, '"patiense"'));
  expect(diagnosticsAsJson([short])).toEqual([short]);
  expect(diagnosticsAsJson([long])).toEqual([
    { ...long, place: { file: 'pipelines/typo.json', line: 19, column: 3, length: 10 } },
  ]);
});
