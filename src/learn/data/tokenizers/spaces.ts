/** Unicode's White_Space, as the inside of a class of a regular expression: JavaScript's \s has U+FEFF too, and no U+0085. */
export const spaces = '\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
