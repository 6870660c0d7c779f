/**
 * A terminal as far as the reporters use one: lines that break at its width, carriage returns, cursor up,
 * erasing, hiding the cursor. It fails on anything else, so that no other sequence slips in.
 */
export const createTerminal = ({ columns }: { readonly columns: number }) => {
  const lines: string[][] = [[]];
  let row = 0;
  let column = 0;
  let cursorShown = true;
  let writes = 0;

  const put = (character: string): void => {
    if (column === columns) {
      row += 1;
      column = 0;
    }
    lines[row] ??= [];
    lines[row]![column] = character;
    column += 1;
  };

  const control = (parameters: string, final: string): void => {
    if (final === 'A') row = Math.max(0, row - Number(parameters || 1));
    else if (final === 'K') lines[row] = (lines[row] ?? []).slice(0, column);
    else if (final === 'J') {
      lines.length = row + 1;
      lines[row] = (lines[row] ?? []).slice(0, column);
    } else if (parameters === '?25') cursorShown = final === 'h';
    else if (parameters !== '?2026' && final !== 'm') throw new Error(`unknown sequence ${parameters}${final}`);
  };

  const write = (text: string): void => {
    writes += 1;
    for (const [token, parameters, final] of text.matchAll(/\x1b\[([?\d;]*)([A-Za-z])|[\s\S]/gu)) {
      if (final !== undefined) control(parameters ?? '', final);
      else if (token === '\n') {
        row += 1;
        column = 0;
        lines[row] ??= [];
      } else if (token === '\r') column = 0;
      else if (token < ' ') throw new Error(`control character ${JSON.stringify(token)}`);
      else put(token);
    }
  };

  return {
    write,
    /** What people see, without spaces at line ends. */
    screen: (): string =>
      lines
        .map((line) =>
          Array.from(line, (cell) => cell ?? ' ')
            .join('')
            .trimEnd(),
        )
        .join('\n'),
    cursorShown: (): boolean => cursorShown,
    writes: (): number => writes,
  };
};
