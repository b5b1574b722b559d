use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;

/// Keeps the body of a request from the SDK's traces, which print it just before it is sent.
///
/// Codes, tokens, external ids and policies are in it. It is signed by then, and goes out unchanged.
#[derive(Debug)]
pub(crate) struct Veil;

#[dyn_dispatch_hint]
impl Intercept for Veil {
    fn name(&self) -> &'static str {
        "Veil"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = std::mem::replace(context.request_mut().body_mut(), SdkBody::taken());
        *context.request_mut().body_mut() = body.map_preserve_contents(SdkBody::from_body_1_x);
        Ok(())
    }
}
