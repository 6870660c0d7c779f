export const schema = async (..._: unknown[]): Promise<number> => 2;
