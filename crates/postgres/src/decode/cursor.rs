//! `Cursor`: reads bytes from the front, and never beyond their end.

/// Bytes that are too few, too many, or make no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Garbled;

/// The bytes that are still to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'b>(pub(crate) &'b [u8]);

impl<'b> Cursor<'b> {
    /// Reads so many bytes.
    pub(crate) fn take(&mut self, length: usize) -> Result<&'b [u8], Garbled> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Garbled)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Garbled> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(Garbled)?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Garbled> {
        self.array().map(|[byte]| byte)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Garbled> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn i16(&mut self) -> Result<i16, Garbled> {
        self.array().map(i16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Garbled> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn i32(&mut self) -> Result<i32, Garbled> {
        self.array().map(i32::from_be_bytes)
    }

    pub(crate) fn i64(&mut self) -> Result<i64, Garbled> {
        self.array().map(i64::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Garbled> {
        self.array().map(u64::from_be_bytes)
    }

    pub(crate) fn f32(&mut self) -> Result<f32, Garbled> {
        self.array().map(f32::from_be_bytes)
    }

    pub(crate) fn f64(&mut self) -> Result<f64, Garbled> {
        self.array().map(f64::from_be_bytes)
    }

    pub(crate) fn uuid(&mut self) -> Result<[u8; 16], Garbled> {
        self.array()
    }

    /// Reads a count, which is not negative.
    pub(crate) fn count(&mut self) -> Result<usize, Garbled> {
        usize::try_from(self.i32()?).map_err(|_| Garbled)
    }

    /// Reads bytes behind their length; none for NULL, whose length is -1.
    pub(crate) fn sized(&mut self) -> Result<Option<&'b [u8]>, Garbled> {
        match self.i32()? {
            -1 => Ok(None),
            length => self.take(usize::try_from(length).map_err(|_| Garbled)?).map(Some),
        }
    }

    /// Reads text up to a zero byte.
    pub(crate) fn until_nul(&mut self) -> Result<&'b str, Garbled> {
        let end = self.0.iter().position(|byte| *byte == 0).ok_or(Garbled)?;
        let text = self.take(end)?;
        self.u8()?;
        std::str::from_utf8(text).map_err(|_| Garbled)
    }

    /// Returns what was read, if nothing is left.
    pub(crate) fn end<T>(self, read: T) -> Result<T, Garbled> {
        if self.0.is_empty() { Ok(read) } else { Err(Garbled) }
    }
}
