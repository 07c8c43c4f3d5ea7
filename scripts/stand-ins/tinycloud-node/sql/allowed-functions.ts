/**
 * The SQL functions that the node allows. Window functions, `->`, `load_extension` and similar ones
 * are not among them.
 */
export const allowedFunctions: ReadonlySet<string> = new Set(
  [
    'abs changes char coalesce glob hex ifnull iif instr last_insert_rowid length like likely lower',
    'ltrim max min nullif printf quote random randomblob replace round rtrim sign soundex substr',
    'substring total_changes trim typeof unicode unlikely upper zeroblob',
    'avg count group_concat sum total',
    'date time datetime julianday strftime unixepoch timediff',
    'json json_array json_array_length json_extract json_insert json_object json_patch json_remove',
    'json_replace json_set json_type json_valid json_quote json_group_array json_group_object',
    'json_each json_tree',
    'acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10',
    'log2 mod pi pow power radians sin sinh sqrt tan tanh trunc',
  ].flatMap((line) => line.split(' ')),
);
