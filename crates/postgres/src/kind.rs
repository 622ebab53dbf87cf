//! `Kind`: how a type of the server stands on the wire, in binary.

use tokio_postgres::types::{Kind as Family, Type};

/// How a type of the server stands on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Bool,
    Int2,
    Int4,
    Int8,
    /// 32 bits without a sign: object and transaction numbers.
    Oid,
    Float4,
    Float8,
    Numeric,
    /// Text as it is, also the labels of an enum.
    Text,
    Bytes,
    Uuid,
    Date,
    Time,
    TimeTz,
    DateTime,
    Timestamp,
    Interval,
    Json,
    Jsonb,
    /// Values of one kind; the number is the type's of the elements.
    Array(Box<Kind>, u32),
    /// What has no value of ours, and is shown as its text.
    Shown(Shown),
    /// What is not known here.
    Other,
}

/// The types that are shown as their text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Money,
    Inet,
    Cidr,
    MacAddr,
    Bits,
    Lsn,
    /// A transaction's number of 64 bits.
    Xid8,
    Tid,
    Point,
    Lseg,
    Box,
    Line,
    Circle,
    /// A path, which is open or closed.
    Path,
    Polygon,
    Vector,
    Range(Box<Kind>),
    Multirange(Box<Kind>),
}

impl Kind {
    /// How a type stands on the wire.
    pub(crate) fn of(ty: &Type) -> Self {
        match ty.kind() {
            Family::Domain(base) => return Self::of(base),
            Family::Enum(_) => return Self::Text,
            Family::Array(element) => return Self::Array(Box::new(Self::of(element)), element.oid()),
            Family::Range(bound) => return Self::Shown(Shown::Range(Box::new(Self::of(bound)))),
            Family::Multirange(bound) => return Self::Shown(Shown::Multirange(Box::new(Self::of(bound)))),
            _ => {}
        }
        Self::simple(ty)
    }

    fn simple(ty: &Type) -> Self {
        match *ty {
            Type::BOOL => Self::Bool,
            Type::INT2 => Self::Int2,
            Type::INT4 => Self::Int4,
            Type::INT8 => Self::Int8,
            Type::OID | Type::XID | Type::CID | Type::REGCLASS | Type::REGTYPE | Type::REGPROC | Type::REGNAMESPACE | Type::REGROLE => {
                Self::Oid
            }
            Type::FLOAT4 => Self::Float4,
            Type::FLOAT8 => Self::Float8,
            Type::NUMERIC => Self::Numeric,
            Type::TEXT
            | Type::VARCHAR
            | Type::BPCHAR
            | Type::NAME
            | Type::UNKNOWN
            | Type::XML
            | Type::CHAR
            | Type::CSTRING
            | Type::VOID => Self::Text,
            Type::BYTEA => Self::Bytes,
            Type::UUID => Self::Uuid,
            Type::DATE => Self::Date,
            Type::TIME => Self::Time,
            Type::TIMETZ => Self::TimeTz,
            Type::TIMESTAMP => Self::DateTime,
            Type::TIMESTAMPTZ => Self::Timestamp,
            Type::INTERVAL => Self::Interval,
            Type::JSON => Self::Json,
            Type::JSONB => Self::Jsonb,
            // Those of extensions have no fixed number.
            _ if matches!(ty.name(), "citext") => Self::Text,
            _ => Self::shown(ty).map_or(Self::Other, Self::Shown),
        }
    }

    fn shown(ty: &Type) -> Option<Shown> {
        Some(match *ty {
            Type::MONEY => Shown::Money,
            Type::INET => Shown::Inet,
            Type::CIDR => Shown::Cidr,
            Type::MACADDR | Type::MACADDR8 => Shown::MacAddr,
            Type::BIT | Type::VARBIT => Shown::Bits,
            Type::PG_LSN => Shown::Lsn,
            Type::XID8 => Shown::Xid8,
            Type::TID => Shown::Tid,
            Type::POINT => Shown::Point,
            Type::LSEG => Shown::Lseg,
            Type::BOX => Shown::Box,
            Type::LINE => Shown::Line,
            Type::CIRCLE => Shown::Circle,
            Type::PATH => Shown::Path,
            Type::POLYGON => Shown::Polygon,
            Type::TS_VECTOR => Shown::Vector,
            _ => return None,
        })
    }

    /// The word for an error message, as those of values.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Bool => "a truth value",
            Self::Int2 | Self::Int4 | Self::Int8 | Self::Oid => "an integer",
            Self::Float4 | Self::Float8 => "a floating-point number",
            Self::Numeric => "a decimal number",
            Self::Text => "text",
            Self::Bytes => "bytes",
            Self::Uuid => "a UUID",
            Self::Date => "a date",
            Self::Time | Self::TimeTz => "a time of the day",
            Self::DateTime => "a date and time",
            Self::Timestamp => "a timestamp",
            Self::Interval => "a duration",
            Self::Json | Self::Jsonb => "JSON",
            Self::Array(..) => "an array",
            Self::Shown(_) | Self::Other => "a value of a type of PostgreSQL's own",
        }
    }

    /// The greatest and the least integer that it holds; none if it holds none.
    pub(crate) fn integers(&self) -> Option<std::ops::RangeInclusive<i64>> {
        match self {
            Self::Int2 => Some(i64::from(i16::MIN)..=i64::from(i16::MAX)),
            Self::Int4 => Some(i64::from(i32::MIN)..=i64::from(i32::MAX)),
            Self::Int8 => Some(i64::MIN..=i64::MAX),
            Self::Oid => Some(0..=i64::from(u32::MAX)),
            _ => None,
        }
    }

    /// Whether it is also taken as it is written for people, which the server reads: what has no value of ours, or has a text that
    /// other databases keep it as.
    pub(crate) fn reads_text(&self) -> bool {
        match self {
            Self::Numeric | Self::Uuid | Self::Date | Self::Time | Self::TimeTz | Self::DateTime | Self::Timestamp | Self::Interval => true,
            Self::Shown(_) | Self::Other => true,
            Self::Array(element, _) => element.reads_text(),
            _ => false,
        }
    }
}
