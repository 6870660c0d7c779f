/** Every generated file's text by its path in the repository. */
export const generateValidators: () => Promise<Readonly<Record<string, string>>>;
/** Where the validators of params lie, with nothing beside them. */
export const paramsFolder: string;
