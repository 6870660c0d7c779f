type Style = (text: string) => string;

/** How the parts of a diagnostic look; without colour they are plain. */
export const diagnosticStyles = (
  color: boolean,
): Readonly<Record<'error' | 'warning' | 'strong' | 'faint' | 'mark' | 'hint', Style>> => {
  const style = (code: string): Style => (color ? (text) => `\u001b[${code}m${text}\u001b[0m` : (text) => text);
  return {
    error: style('1;31'),
    warning: style('1;33'),
    strong: style('1'),
    faint: style('2'),
    mark: style('31'),
    hint: style('36'),
  };
};
