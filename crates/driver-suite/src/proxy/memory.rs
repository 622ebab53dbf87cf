//! How much memory a campaign has taken at most, as the system counts it.

use std::fs;

/// The memory of this process, from a moment on.
#[derive(Debug)]
pub struct Memory {
    before: u64,
}

impl Memory {
    /// From now on.
    ///
    /// # Panics
    /// If the system does not tell.
    pub fn begin() -> Self {
        // Sets the peak back to what there is now.
        fs::write("/proc/self/clear_refs", "5").expect("the system counts the peak anew");
        Self { before: told("VmRSS:") }
    }

    /// By how many bytes it was above the beginning at most.
    ///
    /// # Panics
    /// If the system does not tell.
    pub fn grown(&self) -> u64 {
        told("VmHWM:").saturating_sub(self.before)
    }
}

fn told(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("what the system tells of a process");
    let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a line of that name");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number of KiB") * 1024
}

#[cfg(test)]
mod tests {
    use super::Memory;

    #[test]
    fn what_is_taken_and_given_back_is_counted() {
        let memory = Memory::begin();
        drop(std::hint::black_box(vec![1_u8; 64 << 20]));
        assert!(memory.grown() >= 60 << 20, "{} bytes", memory.grown());
    }
}
