"""What BigQuery speaks, as options of the GoogleSQL analyser.

The features are a whitelist: a construct that is not listed is refused. If BigQuery knows it after
all that is a loud false alarm and one word here; the other way round would be a silent green.
"""

import functools
from typing import Any

from zetasql import types

FEATURES = (
    "ADDITIONAL_STRING_FUNCTIONS",
    "ALLOW_DASHES_IN_TABLE_NAME",
    "ALLOW_REGEXP_EXTRACT_OPTIONALS",
    "ALTER_COLUMN_SET_DATA_TYPE",
    "ALTER_TABLE_RENAME_COLUMN",
    "ANALYTIC_FUNCTIONS",
    "ANNOTATION_FRAMEWORK",
    "BARE_ARRAY_ACCESS",
    "BIGNUMERIC_TYPE",
    "BY_NAME",
    "CASE_STMT",
    "CBRT_FUNCTIONS",
    "CIVIL_TIME",
    "COLLATION_SUPPORT",
    "COLUMN_DEFAULT_VALUE",
    "CONCAT_MIXED_TYPES",
    "CORRESPONDING",
    "CREATE_AGGREGATE_FUNCTION",
    "CREATE_MATERIALIZED_VIEW_CLUSTER_BY",
    "CREATE_MATERIALIZED_VIEW_PARTITION_BY",
    "CREATE_SNAPSHOT_TABLE",
    "CREATE_TABLE_AS_SELECT_COLUMN_LIST",
    "CREATE_TABLE_CLONE",
    "CREATE_TABLE_CLUSTER_BY",
    "CREATE_TABLE_COPY",
    "CREATE_TABLE_FIELD_ANNOTATIONS",
    "CREATE_TABLE_FUNCTION",
    "CREATE_TABLE_LIKE",
    "CREATE_TABLE_NOT_NULL",
    "CREATE_TABLE_PARTITION_BY",
    "CREATE_VIEWS_WITH_COLUMN_OPTIONS",
    "CREATE_VIEW_WITH_COLUMN_LIST",
    "DATE_ARITHMETICS",
    "DATE_TIME_CONSTRUCTORS",
    "DECIMAL_ALIAS",
    "DISABLE_FLOAT32",
    "DISABLE_OUTER_JOIN_ARRAY",
    "DML_UPDATE_WITH_JOIN",
    "ENABLE_CONSTANT_EXPRESSION_IN_JSON_PATH",
    "EXTENDED_DATE_TIME_SIGNATURES",
    "EXTENDED_GEOGRAPHY_PARSERS",
    "FOREIGN_KEYS",
    "FORMAT_IN_CAST",
    "FOR_IN",
    "FOR_SYSTEM_TIME_AS_OF",
    "FUNCTION_ARGUMENTS_WITH_DEFAULTS",
    "GEOGRAPHY",
    "GROUPING_BUILTIN",
    "GROUPING_SETS",
    "GROUP_BY_ALL",
    "GROUP_BY_ROLLUP",
    "HAVING_IN_AGGREGATE",
    "INTERVAL_TYPE",
    "INVERSE_TRIG_FUNCTIONS",
    "IS_DISTINCT",
    "JSON_ARRAY_FUNCTIONS",
    "JSON_ARRAY_VALUE_EXTRACTION_FUNCTIONS",
    "JSON_CONSTRUCTOR_FUNCTIONS",
    "JSON_KEYS_FUNCTION",
    "JSON_LAX_VALUE_EXTRACTION_FUNCTIONS",
    "JSON_MUTATOR_FUNCTIONS",
    "JSON_QUERY_LAX",
    "JSON_STRICT_NUMBER_PARSING",
    "JSON_TYPE",
    "JSON_VALUE_EXTRACTION_FUNCTIONS",
    "LIKE_ANY_SOME_ALL",
    "LIMIT_IN_AGGREGATE",
    "LITERAL_CONCATENATION",
    "NAMED_ARGUMENTS",
    "NULLS_FIRST_LAST_IN_ORDER_BY",
    "NULL_HANDLING_MODIFIER_IN_AGGREGATE",
    "NULL_HANDLING_MODIFIER_IN_ANALYTIC",
    "NUMERIC_TYPE",
    "OMIT_INSERT_COLUMN_LIST",
    "ORDER_BY_COLLATE",
    "ORDER_BY_IN_AGGREGATE",
    "PIPES",
    "PIVOT",
    "QUALIFY",
    "RANGE_TYPE",
    "REMOTE_FUNCTION",
    "REPEAT",
    "ROUND_WITH_ROUNDING_MODE",
    "SAFE_FUNCTION_CALL",
    "SCRIPT_LABEL",
    "SELECT_STAR_EXCEPT_REPLACE",
    "TABLESAMPLE",
    "TABLE_VALUED_FUNCTIONS",
    "TEMPLATE_FUNCTIONS",
    "TIME_BUCKET_FUNCTIONS",
    "TYPEOF_FUNCTION",
    "UNENFORCED_PRIMARY_KEYS",
    "UNPIVOT",
    "WEEK_WITH_WEEKDAY",
    "WITH_EXPRESSION",
    "WITH_ON_SUBQUERY",
    "WITH_RECURSIVE",
)

DDL_FEATURES = ("PARAMETERIZED_TYPES",)
"""What only `create` and `alter` know: BigQuery takes `numeric(38, 9)` for a column, not in a cast."""

RESERVED_WORDS = ("QUALIFY",)

STATEMENTS = (
    "QUERY",
    "CREATE_TABLE",
    "CREATE_TABLE_AS_SELECT",
    "CREATE_VIEW",
    "INSERT",
    "UPDATE",
    "DELETE",
    "MERGE",
    "TRUNCATE",
    "DROP",
    "ALTER_TABLE",
    "CREATE_SCHEMA",
)

INTEGER_ALIASES = ("INT", "INTEGER", "BIGINT", "SMALLINT", "TINYINT", "BYTEINT")
"""BigQuery's other names of INT64, which GoogleSQL itself does not have."""


@functools.cache
def language_options(ddl: bool = False) -> Any:
    """Return the analyser's options that make it BigQuery."""
    options = types.LanguageOptions()
    options.name_resolution_mode = types.NameResolutionMode.NAME_RESOLUTION_DEFAULT
    options.product_mode = types.ProductMode.PRODUCT_EXTERNAL
    options.enabled_language_features = [
        types.LanguageFeature[f"FEATURE_{name}"]
        for name in FEATURES + (DDL_FEATURES if ddl else ())
    ]
    options.reserved_keywords = list(RESERVED_WORDS)
    options.supported_statement_kinds = [
        getattr(types.ResolvedNodeKind, f"RESOLVED_{name}_STMT") for name in STATEMENTS
    ]
    return options


@functools.cache
def analyzer_options(ddl: bool = False, parameters: bool = False, named: bool = False) -> Any:
    """Return the message of the options of one analysis: BigQuery's language, UTC.

    Parameters, by position or by name, have the types that their places ask for.
    """
    options = types.AnalyzerOptions()
    options.language_options = language_options(ddl)
    options.default_timezone = "UTC"
    options.error_message_mode = types.ErrorMessageMode.ERROR_MESSAGE_ONE_LINE
    options.prune_unused_columns = True
    if parameters:
        options.parameter_mode = types.ParameterMode.PARAMETER_POSITIONAL
    if parameters or named:
        options.allow_undeclared_parameters = True
    return options.to_proto()
