//! Garbled bytes are refused, never a panic and never much memory, whatever the type.

use proptest::prelude::*;
use tokio_postgres::types::Type;

use super::{Cursor, value};
use crate::kind::Kind;

const TYPES: [Type; 62] = [
    Type::BOOL,
    Type::INT2,
    Type::INT4,
    Type::INT8,
    Type::OID,
    Type::FLOAT4,
    Type::FLOAT8,
    Type::NUMERIC,
    Type::TEXT,
    Type::VARCHAR,
    Type::BPCHAR,
    Type::NAME,
    Type::CHAR,
    Type::BYTEA,
    Type::UUID,
    Type::DATE,
    Type::TIME,
    Type::TIMETZ,
    Type::TIMESTAMP,
    Type::TIMESTAMPTZ,
    Type::INTERVAL,
    Type::JSON,
    Type::JSONB,
    Type::XML,
    Type::MONEY,
    Type::INET,
    Type::CIDR,
    Type::MACADDR,
    Type::MACADDR8,
    Type::BIT,
    Type::VARBIT,
    Type::PG_LSN,
    Type::XID,
    Type::XID8,
    Type::TID,
    Type::POINT,
    Type::LSEG,
    Type::BOX,
    Type::LINE,
    Type::CIRCLE,
    Type::PATH,
    Type::POLYGON,
    Type::TS_VECTOR,
    Type::TSQUERY,
    Type::INT4_RANGE,
    Type::NUM_RANGE,
    Type::TS_RANGE,
    Type::TSTZ_RANGE,
    Type::DATE_RANGE,
    Type::INT4MULTI_RANGE,
    Type::INT4_ARRAY,
    Type::TEXT_ARRAY,
    Type::BOOL_ARRAY,
    Type::NUMERIC_ARRAY,
    Type::DATE_ARRAY,
    Type::JSONB_ARRAY,
    Type::POINT_ARRAY,
    Type::INTERVAL_ARRAY,
    Type::TS_VECTOR_ARRAY,
    Type::INT4_RANGE_ARRAY,
    Type::VOID,
    Type::RECORD,
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn garbled_bytes_do_not_panic(bytes in proptest::collection::vec(prop_oneof![Just(0_u8), Just(1), Just(255), any::<u8>()], 0..80)) {
        for ty in &TYPES {
            _ = value(&Kind::of(ty), &bytes);
        }
        _ = Cursor(&bytes).until_nul();
    }
}
