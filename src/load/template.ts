/** A piece of a command's word: text as it stands, or what has to be put in. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  /** `name` is what stands between the braces, as `deps.table`; `start` is the offset of the opening brace. */
  | { readonly kind: 'placeholder'; readonly name: string; readonly start: number };

/**
 * Takes a word of `run` apart. `{deps.x}`, `{outs.x}` and `{params.a.b}` are placeholders, and so is every name in
 * braces, so that a mistyped one is no text by accident. `{{name}}` is the text `{name}`, and the shell's `${NAME}` is
 * left to the shell. All other braces are text: `{print $1}` and `{"bins": 3}` need no escape.
 */
export const parseTemplate = (word: string): readonly TemplatePart[] => {
  const parts: TemplatePart[] = [];
  let from = 0;
  for (let match = nextName(word, 0); match !== null; match = nextName(word, from)) {
    if (match.index > from) parts.push({ kind: 'text', text: word.slice(from, match.index) });
    from = match.index + match[0].length;
    parts.push(partOf(match));
  }
  if (from < word.length) parts.push({ kind: 'text', text: word.slice(from) });
  return parts;
};

const nextName = (word: string, from: number): RegExpExecArray | null => {
  if (!word.includes('{', from)) return null;
  namesInBraces.lastIndex = from;
  return namesInBraces.exec(word);
};

/** `${NAME}`, `{{name}}` or `{name}`; where the braces of the second match, they are looked at before those of the third. */
const namesInBraces = /\$?\{(?:\{([A-Za-z_][\w.-]*)\}\}|([A-Za-z_][\w.-]*)\})/g;

const partOf = (match: RegExpExecArray): TemplatePart => {
  const all = match[0];
  if (all.startsWith('$')) return { kind: 'text', text: all };
  return match[2] === undefined
    ? { kind: 'text', text: `{${match[1]}}` }
    : { kind: 'placeholder', name: match[2], start: match.index };
};

/** A word with its placeholders filled in. */
export const fillTemplate = (word: string, fill: (name: string) => string): string =>
  parseTemplate(word)
    .map((part) => (part.kind === 'text' ? part.text : fill(part.name)))
    .join('');
