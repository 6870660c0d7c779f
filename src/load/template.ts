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
  if (!word.includes('{')) return [{ kind: 'text', text: word }];
  const parts: TemplatePart[] = [];
  let from = 0;
  for (const match of word.matchAll(namesInBraces)) {
    parts.push({ kind: 'text', text: word.slice(from, match.index) });
    const [all, escaped, name] = match;
    if (name === undefined) parts.push({ kind: 'text', text: `{${escaped}}` });
    else parts.push({ kind: 'placeholder', name, start: match.index });
    from = match.index + all.length;
  }
  parts.push({ kind: 'text', text: word.slice(from) });
  return parts.filter((part) => part.kind === 'placeholder' || part.text !== '');
};

/** A word with its placeholders filled in. */
export const fillTemplate = (word: string, fill: (name: string) => string): string =>
  parseTemplate(word)
    .map((part) => (part.kind === 'text' ? part.text : fill(part.name)))
    .join('');

const namesInBraces = /(?<!\$)(?:\{\{([A-Za-z_][\w.-]*)\}\}|\{([A-Za-z_][\w.-]*)\})/g;
