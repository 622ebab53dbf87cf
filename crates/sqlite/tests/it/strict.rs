//! Tables that hold nothing but what their columns say.
