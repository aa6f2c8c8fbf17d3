package com.acme

import com.acme.model.*
import org.junit.jupiter.api.Test

internal class ShopTest {
    @Test
    fun `sells books`() {
        val shop = Shop(Stock())
        shop.sell(1)
    }
}
