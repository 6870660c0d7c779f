import type { Diagnostic } from '../types/diagnostic.ts';

/** Diagnostics as programs read them: as they are, without lines of text that are too long to be of use. */
export const diagnosticsAsJson = (diagnostics: readonly Diagnostic[]): readonly object[] =>
  diagnostics.map(({ place, ...rest }) => (place === undefined ? rest : { ...rest, place: shortened(place) }));

const shortened = ({ text, ...place }: NonNullable<Diagnostic['place']>): object =>
  text.length > longestLine ? place : { ...place, text };

const longestLine = 1000;
