//! A function's operations, listed once.

/// Makes of a list of handlers what documents them and what routes to them.
/// The document, which takes longer to build than all else at start, is only
/// built where it is asked for.
#[macro_export]
macro_rules! operations {
    ($state:ty, $document:ty: $($module:ident::$handler:ident),+ $(,)?) => {
        /// What the code declares of itself.
        #[must_use]
        pub fn openapi() -> utoipa::openapi::OpenApi {
            use utoipa::OpenApi;

            utoipa_axum::router::OpenApiRouter::<$state>::with_openapi(<$document>::openapi())
                $(.routes(utoipa_axum::routes!($module::$handler)))+
                .into_openapi()
        }

        fn routes() -> axum::Router<$state> {
            use utoipa_axum::PathItemExt;

            let mut router = axum::Router::new();
            $({
                utoipa_axum::paste! {
                    type Operation = $module::[<__path_ $handler>];
                }
                let path = <Operation as utoipa::Path>::path();
                for method in <Operation as utoipa::Path>::methods() {
                    let handler = axum::routing::on(method.to_method_filter(), $module::$handler);
                    router = router.route(&path, handler);
                }
            })+
            router
        }
    };
}
