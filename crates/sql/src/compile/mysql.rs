//! The dialect of MySQL and MariaDB.
//!
//! Source: MySQL's manual, 9.2 "Schema Object Names", 9.3 "Keywords and Reserved Words", 11 "Data Types"; MariaDB's knowledge base,
//! "Reserved Words", "INSERT...RETURNING", "DELETE".

use std::borrow::Cow;

use super::dialect::{Dialect, Dml, Length};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{ColumnDef, Table, Type};

/// The dialect of MySQL 8 and of MariaDB 10.6 and later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MySql {
    /// MySQL.
    MySql,
    /// MariaDB, which has RETURNING for INSERT and DELETE.
    MariaDb,
}

impl Dialect for MySql {
    fn name(&self) -> &'static str {
        match self {
            Self::MySql => "mysql",
            Self::MariaDb => "mariadb",
        }
    }

    fn quote(&self) -> char {
        '`'
    }

    fn is_reserved(&self, word: &str) -> bool {
        RESERVED.split_ascii_whitespace().any(|reserved| reserved == word)
    }

    fn longest_name(&self) -> Option<Length> {
        Some(Length::Characters(64))
    }

    fn placeholder(&self, out: &mut String, _number: usize) {
        out.push('?');
    }

    fn type_name(&self, table: &Table, column: &ColumnDef, generated: bool) -> Result<Cow<'static, str>> {
        let is_key = column.primary_key || column.unique || column.index || column.references.is_some();
        Ok(match (column.ty, column.length, column.precision) {
            (Type::SmallInt, ..) if generated => "SMALLINT AUTO_INCREMENT".into(),
            (Type::SmallInt, ..) => "SMALLINT".into(),
            (Type::Integer, ..) if generated => "INTEGER AUTO_INCREMENT".into(),
            (Type::Integer, ..) => "INTEGER".into(),
            (Type::BigInt, ..) if generated => "BIGINT AUTO_INCREMENT".into(),
            (Type::BigInt, ..) => "BIGINT".into(),
            (Type::Real, ..) => "FLOAT".into(),
            (Type::Double, ..) => "DOUBLE".into(),
            (Type::Bool, ..) => "BOOLEAN".into(),
            (Type::Text, Some(length), _) => format!("VARCHAR({length})").into(),
            (Type::Text | Type::Bytes | Type::Json | Type::Array(_), ..) if is_key => return Err(no_key(table, column)),
            (Type::Text, ..) => "LONGTEXT".into(),
            (Type::Enum(labels), ..) => format!("VARCHAR({})", labels.longest()).into(),
            (Type::Bytes, ..) => "LONGBLOB".into(),
            (Type::Decimal, _, Some((digits, scale))) => format!("DECIMAL({digits}, {scale})").into(),
            (Type::Decimal, ..) => "DECIMAL(65, 30)".into(),
            (Type::Uuid, ..) => "BINARY(16)".into(),
            (Type::Date, ..) => "DATE".into(),
            (Type::Time, ..) => "TIME(6)".into(),
            // A TIMESTAMP would end in the year 2038; a moment is kept in UTC.
            (Type::DateTime | Type::Timestamp, ..) => "DATETIME(6)".into(),
            // A TIME would end at 838 hours; in microseconds.
            (Type::Duration, ..) => "BIGINT".into(),
            (Type::Json | Type::Array(_), ..) => "JSON".into(),
        })
    }

    fn returns(&self, dml: Dml) -> bool {
        *self == Self::MariaDb && dml != Dml::Update
    }

    fn row_of_defaults(&self) -> &'static str {
        " () VALUES ()"
    }

    fn escapes_backslashes(&self) -> bool {
        true
    }

    /// So that texts are equal only if they are the same, as they are on other databases, also to the spaces at their end. The
    /// two have no such collation in common; the comments let a MariaDB server take what is written for MySQL.
    fn table_options(&self) -> &'static str {
        match self {
            Self::MySql => " DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80017 utf8mb4_0900_bin */ /*M! utf8mb4_nopad_bin */",
            Self::MariaDb => " DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
        }
    }

    /// MySQL knows no `CREATE INDEX IF NOT EXISTS`.
    fn declares_indexes(&self) -> bool {
        true
    }

    fn no_limit(&self) -> Option<&'static str> {
        Some("18446744073709551615")
    }
}

#[cold]
fn no_key(table: &Table, column: &ColumnDef) -> Error {
    let message = format!(
        "column `{}` of `{}` is part of a key or an index, for which it needs a greatest length here",
        column.name,
        table.full_name()
    );
    Error::new(ErrorKind::Unsupported, message).hint("declare it with `length = ..`, at most 768 characters")
}

/// The words that are reserved in either of the two.
const RESERVED: &str = "\
    accessible add all alter analyze and as asc asensitive before between bigint binary blob both by call cascade case change \
    char character check collate column condition constraint continue convert create cross cube cume_dist current_date \
    current_role current_time current_timestamp current_user cursor database databases day_hour day_microsecond day_minute \
    day_second dec decimal declare default delayed delete delete_domain_id dense_rank desc describe deterministic distinct \
    distinctrow div do_domain_ids double drop dual each else elseif empty enclosed escaped except exists exit explain false fetch \
    first_value float float4 float8 for force foreign from fulltext function generated get grant group grouping groups having \
    high_priority hour_microsecond hour_minute hour_second if ignore ignore_domain_ids in index infile inner inout insensitive \
    insert int int1 int2 int3 int4 int8 integer intersect interval into io_after_gtids io_before_gtids is iterate join json_table \
    key keys kill lag last_value lateral lead leading leave left library like limit linear lines load localtime localtimestamp \
    lock long longblob longtext loop low_priority manual master_bind master_demote_to_replica master_demote_to_slave \
    master_ssl_verify_server_cert match maxvalue mediumblob mediumint mediumtext middleint minute_microsecond minute_second mod \
    modifies natural no_write_to_binlog not nth_value ntile null numeric of offset on optimize optimizer_costs optionally or \
    order out outer outfile over page_checksum parallel parse_vcol_expr partition percent_rank portion precision primary \
    procedure purge qualify range rank read read_write reads real recursive ref_system_id references regexp release rename repeat \
    replace require resignal restrict return returning revoke right rlike row row_number rows schema schemas second_microsecond \
    select sensitive separator set show signal smallint spatial specific sql sql_big_result sql_calc_found_rows sql_small_result \
    sqlexception sqlstate sqlwarning ssl starting stats_auto_recalc stats_persistent stats_sample_pages stored straight_join \
    system table tablesample terminated then tinyblob tinyint tinytext to trailing trigger true undo union unique unlock unsigned \
    update usage use using utc_date utc_time utc_timestamp value values varbinary varchar varcharacter varying virtual when where while \
    window with write xor year_month zerofill";
