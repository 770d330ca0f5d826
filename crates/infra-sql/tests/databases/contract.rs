//! The contract every storage keeps, on both databases.

mod sqlite {
    async fn fresh() -> tenantry_app::testing::ContractBackend {
        crate::support::sqlite().await.into_backend().await
    }

    tenantry_app::storage_contract_tests!(fresh);
}

mod postgres {
    async fn fresh() -> tenantry_app::testing::ContractBackend {
        crate::support::postgres().await.into_backend().await
    }

    tenantry_app::storage_contract_tests!(fresh);
}
