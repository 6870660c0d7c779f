// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
/** Validators by the SHA-256 digest of their schema's JSON. Each says whether params, defaults filled in, are right. */
export const paramsValidators: Readonly<
  Record<string, () => Promise<{ readonly default: (params: object) => boolean }>>
>;
