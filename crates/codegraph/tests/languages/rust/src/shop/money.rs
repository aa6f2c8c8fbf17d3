pub struct Price(u32);

impl Price {
    pub fn of(cents: u32) -> Self {
        Self(cents)
    }

    pub fn raise(&mut self, by: u32) {
        self.0 += by;
    }

    pub fn cents(&self) -> u32 {
        self.0
    }
}
